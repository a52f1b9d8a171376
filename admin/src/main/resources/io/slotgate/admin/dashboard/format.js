// How figures are written.

const DIGITS = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const SHORT = new Intl.NumberFormat('en', {notation: 'compact', maximumSignificantDigits: 3});

/** A count, in full. */
export function count(value) {
  return DIGITS.format(value);
}

/** A count or a rate, in at most three digits: 1.2K, 34.5M. */
export function short(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  return Math.abs(value) < 10 ? String(Math.round(value * 10) / 10) : SHORT.format(value);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${rest >= 100 || unit === 0 ? Math.round(rest) : Math.round(rest * 10) / 10} ${UNITS[unit]}`;
}

/** A length of time given in seconds, in two units at most. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  if (whole < 86_400) {
    return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
  }
  return `${Math.floor(whole / 86_400)} d ${Math.floor(whole % 86_400 / 3600)} h`;
}

/** Microseconds. */
export function micros(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  if (value < 1000) {
    return `${Math.round(value)} µs`;
  }
  return value < 1_000_000 ? `${Math.round(value / 100) / 10} ms` : `${Math.round(value / 100_000) / 10} s`;
}

/** A time of day; with the day, if it is not today. */
export function time(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return '';
  }
  const clock = date.toLocaleTimeString([], {hour12: false});
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toLocaleDateString()} ${clock}`;
}

/** The beginning of a node's or shard's name, enough to tell it from others. */
export function shortId(id) {
  return id && id.length > 12 ? id.slice(0, 8) : String(id);
}

/** A key or a name made by others: control characters shown, length bounded. */
export function foreign(text, most = 120) {
  const shown = String(text ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return shown.length > most ? `${shown.slice(0, most)}…` : shown;
}

/** Which proxies have told what an answer says; of the only one there is, nothing. */
export function toldBy({proxies = [], missing = []}) {
  const all = proxies.length + missing.length;
  if (all < 2) {
    return '';
  }
  const names = missing.slice(0, 3).map(name => foreign(name, 40));
  const silent = missing.length > names.length ? [...names, `${missing.length - names.length} more`] : names;
  return missing.length === 0 ? `Of all ${all} proxies of the fleet.`
    : `Of ${proxies.length} of ${all} proxies of the fleet: ${silent.join(', ')} did not tell.`;
}
