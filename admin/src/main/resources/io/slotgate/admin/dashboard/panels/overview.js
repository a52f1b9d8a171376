// The first look: what needs attention, the figures of now, and their last fifteen minutes.

import {BINARY_STEPS, Chart} from '../chart.js';
import {el, fill, setText} from '../dom.js';
import {bytes, count, duration, short} from '../format.js';
import {poll} from '../poll.js';
import {Series} from '../series.js';
import {complaints} from '../attention.js';

const STATUS_SECONDS = 3;

const TILES = [
  {title: 'Commands per second', of: series => short(series.latest('requests')), help: 'read from clients'},
  {title: 'Refused per second', of: series => short(series.latest('refused')), help: 'answered with an error of Slotgate’s own'},
  {title: 'Clients', of: (series, f) => count(f['slotgate.sessions'] ?? 0), help: 'connections open'},
  {title: 'Waiting at nodes', of: (series, f) => count(f['slotgate.upstream.pending'] ?? 0), help: 'commands sent and not answered yet'},
  {title: 'Parked', of: (series, f) => count(f['slotgate.parked'] ?? 0), help: 'commands whose slot has no reachable owner'},
  {title: 'Redirects per second', of: series => short(series.latest('redirects')), help: 'MOVED and ASK followed'},
  {title: 'Uncertain writes', of: (series, f) => count(f['slotgate.writes.uncertain'] ?? 0), help: 'since the proxy started'},
  {title: 'Across zones', of: series => series.latest('across') === null ? '–' : `${Math.round(series.latest('across'))} %`, help: 'of commands sent to another zone'},
];

export function overview(app) {
  const series = new Series({
    requests: read => read.rate('slotgate.requests'),
    replies: read => read.rate('slotgate.replies'),
    refused: read => read.rate('slotgate.requests.refused'),
    bytesIn: read => read.rate('slotgate.client.read.bytes'),
    bytesOut: read => read.rate('slotgate.client.written.bytes'),
    redirects: read => sum(read.rate('slotgate.redirects.moved'), read.rate('slotgate.redirects.ask')),
    across: read => share(read.rate('slotgate.commands.other.zone'), read.rate('slotgate.requests')),
  });
  const commands = new Chart(app, document.getElementById('chart-commands'), 'Commands per second', [
    {label: 'read', color: '--accent'}, {label: 'replies of nodes', color: '--shard-1', dash: [6, 4]}, {label: 'refused', color: '--bad'},
  ], short);
  const traffic = new Chart(app, document.getElementById('chart-bytes'), 'Bytes per second', [
    {label: 'from clients', color: '--accent'}, {label: 'to clients', color: '--shard-1', dash: [6, 4]},
  ], bytes, BINARY_STEPS);
  const values = TILES.map(() => el('output', {}, '–'));
  fill(document.getElementById('tiles'), TILES.map((tile, at) => el('div', {class: 'tile'},
    el('dt', {}, tile.title), el('dd', {}, values[at], el('small', {}, tile.help)))));

  app.store.on('live.figures', sample => {
    series.add(sample);
    app.store.set('series', series);
    TILES.forEach((tile, at) => setText(values[at], tile.of(series, sample.figures)));
    if (series.times.length > 0) {
      const of = (...names) => [series.times, ...names.map(name => series.columns[name])];
      commands.show(of('requests', 'replies', 'refused'));
      traffic.show(of('bytesIn', 'bytesOut'));
    }
    attend();
  });

  const attention = document.getElementById('attention');
  let said = null;
  function attend() {
    const found = complaints(app.store);
    const words = JSON.stringify(found);
    if (words !== said) {
      said = words;
      attention.classList.toggle('all-well', found.length === 0);
      fill(attention, found.length === 0
        ? el('p', {}, el('span', {class: 'badge ok'}, 'well'), ' Nothing needs attention.')
        : el('ul', {}, found.map(each => el('li', {}, el('span', {class: `badge ${each.kind}`}, each.kind === 'bad' ? 'problem' : 'note'), ` ${each.text}`))));
    }
  }

  const readiness = document.getElementById('readiness');
  app.store.on('status', status => {
    readiness.className = `badge ${status.ready ? 'ok' : 'bad'}`;
    setText(readiness, status.draining ? 'draining' : status.ready ? 'ready' : 'not ready');
    setText(document.getElementById('proxy-name'),
      [status.member, status.zone ? `zone ${status.zone}` : null, status.version === 'unknown' ? null : status.version,
        `up ${duration(status.uptimeSeconds)}`].filter(part => part).join(' · '));
    document.title = `${status.ready ? '' : '! '}Slotgate${status.member ? ` ${status.member}` : ''}`;
    attend();
  });
  app.store.on('topology', attend);
  poll(app, document.querySelector('header.top'), STATUS_SECONDS, async () => app.store.set('status', await app.api.get('/status')), {name: 'status'});
}

function sum(one, other) {
  return one === null || other === null ? null : one + other;
}

function share(part, whole) {
  return part === null || whole === null || whole === 0 ? null : 100 * part / whole;
}
