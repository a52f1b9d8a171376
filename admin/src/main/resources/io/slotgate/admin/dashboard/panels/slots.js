// The heat of all 16,384 slots, one cell each, row by row; above it a strip that says whose they are. And where a key goes.

import {ApiError} from '../api.js';
import {el, fill, setAttribute, setText} from '../dom.js';
import {count, foreign, short, shortId, toldBy} from '../format.js';
import {poll} from '../poll.js';
import {owners, SLOTS} from '../slot-owners.js';
import {color, shardColor} from '../themes.js';

const HEAT_SECONDS = 5;
const WIDE = 256;
const NARROW = 128;
const NARROW_PIXELS = 640;
const STRIP_HEIGHT = 14;
const BUSIEST = 8;
const LEVELS = 32;
const MOST_LASTS = 4;

export function slots(app) {
  const card = document.getElementById('slot-heat');
  const note = el('p', {class: 'note', hidden: true});
  const whose = el('p', {class: 'note whose', hidden: true});
  const strip = el('canvas', {class: 'strip', 'aria-hidden': 'true'});
  const canvas = el('canvas', {class: 'heat', tabindex: '0', role: 'slider', 'aria-label': 'Slot', 'aria-valuemin': '0',
    'aria-valuemax': String(SLOTS - 1), 'aria-describedby': 'heat-help'});
  const readOut = el('output', {class: 'read-out'}, 'Point at a slot, or move by the arrow keys.');
  const busiest = el('ol', {class: 'busiest'});
  const legend = el('ul', {class: 'legend'});
  fill(card, note, whose, legend, strip, canvas, readOut,
    el('p', {id: 'heat-help', class: 'note'}, 'Slots 0 to 16383, row by row; the strip above shows their shards. Arrow keys move by a slot or a row, Page Up and Page Down by 1,024.'),
    el('div', {id: 'busiest', hidden: true}, el('h3', {}, 'Busiest slots'), busiest));
  let owner = new Int16Array(SLOTS).fill(-1);
  let at = 0;
  let columns = WIDE;

  function draw() {
    drawStrip(strip, card, owner);
    columns = card.clientWidth < NARROW_PIXELS ? NARROW : WIDE;
    drawHeat(canvas, card, owner, app.store.get('heat')?.rates, columns, at);
    tell();
  }

  function tell() {
    const shard = app.store.get('topology')?.shards[owner[at]];
    const rate = app.store.get('heat')?.rates[at];
    const text = `slot ${at} · ${shard ? `shard ${shortId(shard.id)}, primary ${foreign(shard.nodes[0]?.address)}` : 'no owner'}${rate === undefined ? '' : ` · ${short(rate)} commands/s`}`;
    setAttribute(canvas, 'aria-valuenow', at);
    setAttribute(canvas, 'aria-valuetext', text);
    setText(readOut, text);
  }

  function move(slot) {
    at = Math.min(SLOTS - 1, Math.max(0, slot));
    draw();
  }

  canvas.addEventListener('keydown', event => {
    const steps = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: 1024, PageUp: -1024, Home: -SLOTS, End: SLOTS};
    if (event.key in steps) {
      event.preventDefault();
      move(at + steps[event.key]);
    }
  });
  canvas.addEventListener('pointermove', event => {
    const box = canvas.getBoundingClientRect();
    const rows = SLOTS / columns;
    const column = Math.min(columns - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * columns)));
    const line = Math.min(rows - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * rows)));
    move(line * columns + column);
  });

  app.store.on('topology', topology => {
    owner = owners(topology);
    fill(legend, (topology?.shards ?? []).map((shard, place) => {
      const mark = el('span', {class: 'mark', 'aria-hidden': 'true'});
      mark.style.setProperty('--mark', `var(${shardColor(place)})`);
      return el('li', {}, mark, `shard ${shortId(shard.id)}`);
    }));
    draw();
  });
  app.store.on('heat', heat => {
    const order = [...heat.rates.keys()].filter(slot => heat.rates[slot] > 0).sort((one, other) => heat.rates[other] - heat.rates[one]).slice(0, BUSIEST);
    document.getElementById('busiest').hidden = order.length === 0;
    setText(whose, toldBy(heat));
    whose.hidden = whose.textContent === '';
    fill(busiest, order.map(slot => el('li', {}, `slot ${slot}: ${short(heat.rates[slot])} commands/s`)));
    draw();
  });
  app.store.on('theme', draw);
  new ResizeObserver(draw).observe(card);
  pollHeat(app, note);
  route(app);
}

/**
 * Totals since the start come; rates are made of two of them, by the same proxies: one that comes or goes brings or takes all it has
 * counted.
 */
function pollHeat(app, note) {
  const lasts = new Map();
  poll(app, document.getElementById('main'), HEAT_SECONDS, async () => {
    const answer = await app.api.get('/slots/heat?only=slots');
    const {slots: totals, atMillis = Date.now(), proxies = [], missing = []} = answer;
    if (totals.length < SLOTS) {
      throw new ApiError(404, 'slots are not counted');
    }
    const told = JSON.stringify([...proxies].sort());
    const last = lasts.get(told);
    if (last !== undefined && atMillis > last.atMillis) {
      const seconds = (atMillis - last.atMillis) / 1000;
      app.store.set('heat', {proxies, missing, rates: Float64Array.from(totals, (total, slot) => Math.max(0, total - last.totals[slot]) / seconds)});
    }
    if (last === undefined && lasts.size === MOST_LASTS) {
      lasts.clear();
    }
    lasts.set(told, {atMillis, totals});
  }, {note, name: 'how busy slots are'});
}

function sized(canvas, width, height) {
  const scale = Math.min(window.devicePixelRatio || 1, 3);
  const wide = Math.max(1, Math.round(width * scale));
  const high = Math.max(1, Math.round(height * scale));
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, wide, high);
  return context;
}

function drawStrip(strip, card, owner) {
  const context = sized(strip, strip.clientWidth || card.clientWidth, STRIP_HEIGHT);
  let first = 0;
  for (let slot = 1; slot <= SLOTS; slot++) {
    if (slot === SLOTS || owner[slot] !== owner[first]) {
      context.fillStyle = color(owner[first] < 0 ? '--bad' : shardColor(owner[first]));
      const from = Math.floor(first / SLOTS * strip.width);
      context.fillRect(from, 0, Math.ceil(slot / SLOTS * strip.width) - from, strip.height);
      first = slot;
    }
  }
}

function drawHeat(canvas, card, owner, rates, columns, at) {
  const rows = SLOTS / columns;
  const width = canvas.clientWidth || card.clientWidth;
  const context = sized(canvas, width, columns === NARROW ? width : Math.max(160, width / 4));
  const wide = canvas.width / columns;
  const high = canvas.height / rows;
  const cell = (slot, style) => {
    const x = Math.floor(slot % columns * wide);
    const y = Math.floor(Math.floor(slot / columns) * high);
    context.fillStyle = style;
    context.fillRect(x, y, Math.ceil(wide), Math.ceil(high));
  };
  const scale = heatScale();
  const most = Math.log1p(rates ? rates.reduce((one, other) => Math.max(one, other), 0) : 0);
  context.fillStyle = scale[0];
  context.fillRect(0, 0, canvas.width, canvas.height);
  const none = color('--bad');
  for (let slot = 0; slot < SLOTS; slot++) {
    if (owner[slot] < 0) {
      cell(slot, none);
    } else if (rates && rates[slot] > 0) {
      cell(slot, scale[1 + Math.round(Math.log1p(rates[slot]) / most * (LEVELS - 2))]);
    }
  }
  context.strokeStyle = color('--text');
  context.lineWidth = Math.max(1, window.devicePixelRatio || 1);
  context.strokeRect(Math.floor(at % columns * wide) - 1, Math.floor(Math.floor(at / columns) * high) - 1, wide + 2, high + 2);
}

/** From cold to hot, in colours of the theme. */
function heatScale() {
  const [cold, warm, hot] = ['--heat-cold', '--heat-warm', '--heat-hot'].map(name => color(name).match(/[\d.]+/g).slice(0, 3).map(Number));
  const between = (one, other, part) => `rgb(${one.map((value, channel) => Math.round(value + (other[channel] - value) * part)).join(' ')})`;
  return Array.from({length: LEVELS}, (ignored, level) => {
    const part = level / (LEVELS - 1);
    return part < 0.5 ? between(cold, warm, part * 2) : between(warm, hot, part * 2 - 1);
  });
}

function route(app) {
  const form = document.getElementById('route');
  const answer = document.getElementById('route-answer');
  form.addEventListener('submit', async event => {
    event.preventDefault();
    try {
      const found = await app.api.get(`/route?key=${encodeURIComponent(form.elements.key.value)}`);
      fill(answer, el('dl', {class: 'facts'},
        el('div', {}, el('dt', {}, 'Slot'), el('dd', {}, count(found.slot))),
        el('div', {}, el('dt', {}, 'Writes'), el('dd', {}, foreign(found.writes?.address ?? 'nobody'))),
        el('div', {}, el('dt', {}, 'Reads, where allowed'), el('dd', {}, found.reads.map(node => foreign(node.address)).join(', ') || '–'))),
      el('p', {class: 'note'}, foreign(found.reason, 600)));
    } catch (problem) {
      fill(answer, el('p', {class: 'problem'}, problem.message));
    }
  });
}
