// The recent past of the figures, one sample a second, and what can be read from it. Bounded: a page may stay open for days.

export const MOST_SAMPLES = 900;
/** More seconds than this without a sample are shown as a gap. */
const GAP_SECONDS = 5;

export class Series {
  #last = null;
  /** Seconds since 1970, ascending. */
  times = [];
  columns;

  /** @param columns names of columns, each with a function of `rate(name)` and `value(name)` */
  constructor(columns) {
    this.definitions = columns;
    this.columns = Object.fromEntries(Object.keys(columns).map(name => [name, []]));
  }

  /** @param sample `{atMillis, figures}` as the API gives it */
  add(sample) {
    const last = this.#last;
    this.#last = sample;
    if (last === null) {
      return;
    }
    const seconds = (sample.atMillis - last.atMillis) / 1000;
    if (seconds <= 0) {
      return;
    }
    if (seconds > GAP_SECONDS) {
      this.#push(last.atMillis / 1000 + 1, () => null);
    }
    const read = {
      // A counter that went back belongs to a process that was started anew.
      rate: name => name in sample.figures && name in last.figures && sample.figures[name] >= last.figures[name]
        ? (sample.figures[name] - last.figures[name]) / seconds
        : null,
      value: name => sample.figures[name] ?? null,
    };
    this.#push(sample.atMillis / 1000, name => this.definitions[name](read));
  }

  #push(time, value) {
    this.times.push(time);
    for (const name of Object.keys(this.columns)) {
      this.columns[name].push(value(name));
    }
    if (this.times.length > MOST_SAMPLES) {
      this.times.shift();
      Object.values(this.columns).forEach(column => column.shift());
    }
  }

  latest(name) {
    return this.columns[name].at(-1) ?? null;
  }
}
