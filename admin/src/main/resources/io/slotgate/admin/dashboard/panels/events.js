// What happened, the latest first: as the proxy tells it, or if it does not, as this page sees the topology change.

import {el, reconcile, setText} from '../dom.js';
import {foreign, shortId, time} from '../format.js';

const MOST = 300;
const RETRY_MILLIS = 60_000;

export function events(app) {
  const list = document.getElementById('timeline');
  const note = document.querySelector('#events [data-note]');
  const known = new Map();
  let told = false;
  let after = null;
  let before = null;
  let own = 0;
  // What is there already must not be read out as news.
  list.parentElement.setAttribute('aria-busy', 'true');

  function add(items) {
    for (const item of items) {
      // One that goes on comes again, under a new id but of the same origin.
      const origin = String(item.origin ?? item.id);
      known.delete(origin);
      known.set(origin, item);
    }
    while (known.size > MOST) {
      known.delete(known.keys().next().value);
    }
    show();
  }

  function show() {
    reconcile(list, [...known.values()].reverse(), item => item.id, entry, () => {});
    note.hidden = told && known.size > 0;
    setText(note, told ? 'Nothing has happened since the proxy started.'
      : 'This proxy does not tell its events: here is what this page has seen of the topology since it was opened.');
  }

  /** What the stream brought before, or while it was broken. */
  async function catchUp() {
    try {
      for (let parts = 0; parts < 10; parts++) {
        const {items, next} = await app.api.get(`/events?limit=${MOST}${after === null ? '' : `&after=${encodeURIComponent(after)}`}`);
        if (!told) {
          told = true;
          known.clear();
        }
        add([...items].sort((one, other) => one.id - other.id));
        after = items.reduce((most, item) => Math.max(most, item.id), after ?? 0) || null;
        if (next === null || next === undefined || items.length === 0) {
          break;
        }
      }
    } catch (problem) {
      if (problem.status === 404) {
        setTimeout(catchUp, RETRY_MILLIS);
      }
    }
    show();
    list.parentElement.removeAttribute('aria-busy');
  }

  app.store.on('live.event', item => {
    if (!told) {
      told = true;
      known.clear();
    }
    add([item]);
    after = Math.max(after ?? 0, item.id);
  });
  app.store.on('topology', topology => {
    if (!told && before && topology) {
      add(changes(before, topology).map(text => ({id: `own-${++own}`, at: new Date().toISOString(), kind: 'topology', text})));
    }
    before = topology;
  });
  let state = null;
  app.store.on('stream', stream => {
    if (stream.state === 'live' && state !== 'live') {
      catchUp();
    }
    state = stream.state;
  });
  show();
}

function entry(item) {
  const kind = String(item.kind ?? '');
  return el('li', {class: 'event'},
    el('time', {datetime: item.at, title: item.until && item.until !== item.at ? `until ${time(item.until)}` : null}, time(item.at)),
    el('span', {class: `badge ${tone(kind, item.text)}`}, foreign(kind, 40)),
    el('span', {class: 'event-text'}, foreign(item.text, 500), item.times > 1 ? ` (${item.times} times)` : null,
      item.node && !item.text.includes(item.node) ? el('span', {class: 'muted'}, ` · ${foreign(item.node, 80)}`) : null,
      item.cause ? el('span', {class: 'muted'}, ` · ${foreign(item.cause.replace(/\b[0-9a-f]{40}\b/g, id => id.slice(0, 8)), 200)}`) : null));
}

function tone(kind, text) {
  const words = `${kind} ${text}`.toLowerCase();
  if (/down|lost|fail(ed)?\b|uncovered|no owner|hung|unreachable/.test(words)) {
    return 'bad';
  }
  return /failover|primary|suspect|moving|drain|parked|slow/.test(words) ? 'warn' : 'plain';
}

/** What changed from one topology to the next, in words. */
export function changes(before, now) {
  const said = [];
  const nodes = topology => new Map([...topology.shards.flatMap(shard => shard.nodes), ...topology.strangers].map(node => [node.address, node]));
  const shards = new Map(before.shards.map(shard => [shard.id, shard]));
  for (const shard of now.shards) {
    const earlier = shards.get(shard.id);
    if (!earlier) {
      said.push(`shard ${shortId(shard.id)} is new`);
    } else if (earlier.primary !== shard.primary) {
      said.push(`shard ${shortId(shard.id)}: ${primary(shard)} is primary in place of ${primary(earlier)}`);
    } else if (earlier.slotCount !== shard.slotCount) {
      said.push(`shard ${shortId(shard.id)} has ${shard.slotCount} slots, before ${earlier.slotCount}`);
    }
  }
  for (const shard of before.shards) {
    if (!now.shards.some(each => each.id === shard.id)) {
      said.push(`shard ${shortId(shard.id)} is gone`);
    }
  }
  const earlier = nodes(before);
  for (const [address, node] of nodes(now)) {
    const was = earlier.get(address);
    if (!was) {
      said.push(`node ${address} is new, a ${node.role}`);
    } else if (was.health !== node.health) {
      said.push(`node ${address} is ${node.health}, before ${was.health}`);
    }
    earlier.delete(address);
  }
  for (const address of earlier.keys()) {
    said.push(`node ${address} is gone`);
  }
  if (before.coveredSlots !== now.coveredSlots) {
    said.push(`${now.coveredSlots} slots have an owner, before ${before.coveredSlots}`);
  }
  return said;
}

function primary(shard) {
  return shard.nodes.find(node => node.role === 'primary')?.address ?? 'nobody';
}
