// How long commands take: seen from the client's side, and how much of it the node took. So "is it us or the node" has an answer.

import {Chart} from '../chart.js';
import {el, table} from '../dom.js';
import {count, foreign, micros, short} from '../format.js';
import {difference, percentile} from '../histogram.js';
import {poll} from '../poll.js';

const SECONDS = 5;
const MOST_SAMPLES = 360;
const MOST_COMMANDS = 30;
/** Looks that percentiles are made of: about a minute. */
const LOOKS = 12;

export function latency(app) {
  const section = document.getElementById('latency');
  const body = section.querySelector('[data-body]');
  const note = section.querySelector('[data-note]');
  const chart = new Chart(app, document.getElementById('chart-latency'), '99th percentile of the busiest command', [
    {label: 'with the proxy', color: '--accent'}, {label: 'the node alone', color: '--shard-1', dash: [6, 4]},
  ], micros);
  const list = table('Commands of this proxy, the busiest first', [
    {title: 'Command', cell: item => foreign(item.name, 40)},
    {title: 'Per second', class: 'number', cell: item => short(item.rate)},
    {title: 'Calls', class: 'number', cell: item => count(item.calls)},
    {title: 'Errors', class: 'number', cell: item => count(item.errors)},
    {title: 'p50', class: 'number', cell: item => both(item, 0.5)},
    {title: 'p99', class: 'number', cell: item => both(item, 0.99)},
    {title: 'p99.9', class: 'number', cell: item => both(item, 0.999)},
  ], {key: item => item.name, empty: 'No command has come yet.'});
  document.getElementById('commands').replaceChildren(
    el('p', {class: 'note'}, 'Percentiles of the last minute, rounded up, as clients saw them; in brackets what of it the node took. Calls and errors since the proxy started.'), list.node);
  const samples = [[], [], []];
  let looks = [];

  poll(app, section, SECONDS, async () => {
    const {items, atMillis = Date.now()} = await app.api.get('/commands');
    body.hidden = false;
    if (atMillis === looks.at(-1)?.at) {
      return;
    }
    const now = {at: atMillis, items: new Map(items.map(item => [item.name, item]))};
    const last = looks.at(-1);
    if (last && items.some(item => item.calls < (last.items.get(item.name)?.calls ?? 0))) {
      // The proxy was started anew.
      looks = [];
    }
    looks.push(now);
    looks.splice(0, Math.max(0, looks.length - LOOKS - 1));
    const shown = items.map(item => since(item, now, looks[0]))
      .sort((one, other) => other.rate - one.rate || other.calls - one.calls).slice(0, MOST_COMMANDS);
    list.show(shown);
    if (looks.length > 1) {
      sample(now, looks.at(-2), shown[0]?.name);
    }
  }, {note, name: 'latencies', onMissing: () => {
    body.hidden = true;
  }});

  function sample(now, before, busiest) {
    const item = now.items.get(busiest);
    const between = item && since(item, now, before);
    samples[0].push(now.at / 1000);
    samples[1].push(between ? percentile(between.proxySince, 0.99) : null);
    samples[2].push(between ? percentile(between.upstreamSince, 0.99) : null);
    if (samples[0].length > MOST_SAMPLES) {
      samples.forEach(column => column.shift());
    }
    chart.show(samples);
  }
}

/** A command, with what came of it since an earlier look; the first look tells of all there was. */
function since(item, now, before) {
  const earlier = now === before ? undefined : before.items.get(item.name);
  return {
    ...item,
    rate: now === before ? 0 : (item.calls - (earlier?.calls ?? 0)) / (now.at - before.at) * 1000,
    proxySince: difference(item.proxy.buckets ?? [], earlier?.proxy.buckets),
    upstreamSince: difference(item.upstream.buckets ?? [], earlier?.upstream.buckets),
  };
}

function both(item, part) {
  const whole = percentile(item.proxySince, part);
  const node = percentile(item.upstreamSince, part);
  return `${micros(whole)}${node === null ? '' : ` (${micros(node)})`}`;
}
