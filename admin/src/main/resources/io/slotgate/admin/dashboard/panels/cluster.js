// The map of the cluster: a row for each shard, a column for each zone, and in them the nodes.

import {ask} from '../dialogs.js';
import {el, fill, reconcile, setAttribute, setText} from '../dom.js';
import {bytes, count, duration, foreign, micros, short, shortId} from '../format.js';
import {watchOperation} from '../operation.js';
import {poll} from '../poll.js';
import {guarded} from '../session.js';
import {byShard, owners} from '../slot-owners.js';
import {shardColor} from '../themes.js';

const TOPOLOGY_SECONDS = 5;
const NO_ZONE = 'Zone unknown';

export function cluster(app) {
  const map = document.getElementById('cluster-map');
  const head = el('tr', {role: 'row'});
  const body = el('tbody', {role: 'rowgroup'});
  // Narrow screens show rows as blocks, by which a table would lose its meaning, were it not said.
  fill(map, el('table', {class: 'map', role: 'table'}, el('caption', {}, 'Nodes by shard and zone'),
    el('thead', {role: 'rowgroup'}, head), body), el('div', {id: 'strangers'}));
  let zones = [];

  app.store.on('topology', topology => {
    if (!topology) {
      return;
    }
    setText(document.getElementById('cluster-version'),
      `version ${topology.version}, ${count(topology.coveredSlots)} of 16,384 slots covered${topology.moves.length ? `, ${topology.moves.length} moving` : ''}`);
    const found = [...new Set(topology.shards.flatMap(shard => shard.nodes.map(node => node.zone ?? NO_ZONE)))].sort();
    if (found.join('\n') !== zones.join('\n')) {
      zones = found;
      body.replaceChildren();
      map.style.setProperty('--zones', zones.length);
      fill(head, el('th', {scope: 'col', role: 'columnheader'}, 'Shard'),
        zones.map(zone => el('th', {scope: 'col', role: 'columnheader'}, zone === NO_ZONE ? zone : `Zone ${foreign(zone, 40)}`)));
    }
    reconcile(body, topology.shards, shard => shard.id, shard => row(app, shard, zones), (node, shard) => update(app, node, shard, zones, topology));
    showStrangers(topology.strangers);
    rates();
  });

  function rates() {
    const heat = app.store.get('heat');
    const topology = app.store.get('topology');
    if (heat && topology) {
      const sums = byShard(heat.rates, owners(topology), topology.shards.length);
      const by = heat.proxies.length < 2 ? 'this proxy' : `${heat.proxies.length} proxies`;
      [...body.children].forEach((each, place) => setText(each.querySelector('.shard-rate'), `${short(sums[place])} commands/s by ${by}`));
    }
  }
  app.store.on('heat', rates);

  guarded(app, 'operator', document.getElementById('refresh'), async () => {
    try {
      await app.api.post('/topology/refresh');
      app.notices.tell('The nodes are asked how the cluster is.');
    } catch (problem) {
      app.notices.tell(problem.message, 'bad');
    }
  });
  poll(app, map, TOPOLOGY_SECONDS, () => readAgain(app), {name: 'the topology'});
}

async function readAgain(app) {
  app.store.set('topology', await app.api.get('/topology'));
}

function row(app, shard, zones) {
  const mark = el('span', {class: 'mark', 'aria-hidden': 'true'});
  return el('tr', {role: 'row'},
    el('th', {scope: 'row', role: 'rowheader'},
      el('div', {class: 'shard-name'}, mark, el('code', {title: shard.id}, shortId(shard.id))),
      el('div', {class: 'muted shard-slots'}), el('div', {class: 'shard-rate'}),
      guarded(app, 'operator', el('button', {type: 'button', 'aria-label': `Fail over shard ${shortId(shard.id)}…`}, 'Fail over…'),
        () => failOver(app, app.store.get('topology').shards.find(each => each.id === shard.id)))),
    zones.map(zone => el('td', {role: 'cell', 'data-title': zone === NO_ZONE ? zone : `Zone ${foreign(zone, 40)}`})));
}

function update(app, row, shard, zones, topology) {
  const place = topology.shards.indexOf(shard);
  row.querySelector('.mark').style.setProperty('--mark', `var(${shardColor(place)})`);
  const shown = shard.slots.slice(0, 3).join(', ') + (shard.slots.length > 3 ? `, … (${shard.slots.length} ranges)` : '');
  setText(row.querySelector('.shard-slots'), `${count(shard.slotCount)} slots${shown ? `: ${shown}` : ''} · epoch ${shard.epoch}`);
  if (row.dataset.primary && row.dataset.primary !== shard.primary) {
    row.classList.remove('changed');
    // The animation begins anew only if the page has been laid out without it.
    void row.offsetWidth;
    row.classList.add('changed');
  }
  row.dataset.primary = shard.primary;
  zones.forEach((zone, at) => {
    const nodes = shard.nodes.filter(node => (node.zone ?? NO_ZONE) === zone);
    const cell = row.children[at + 1];
    cell.classList.toggle('empty', nodes.length === 0);
    reconcile(cell, nodes, node => `${node.address} ${node.role}`, node => card(app, node), updateCard);
  });
}

function card(app, node) {
  const toggle = node.role === 'primary' ? null : el('button', {type: 'button', class: 'small avoid'});
  toggle?.addEventListener('click', () => avoid(app, node.address, toggle.dataset.avoided !== 'true'));
  const why = app.session.obstacle('admin') && app.session.obstacle('operator');
  if (toggle && why) {
    toggle.classList.add('forbidden');
    toggle.setAttribute('aria-disabled', 'true');
    toggle.setAttribute('title', why);
  }
  return el('div', {class: `node ${node.role}`},
    el('div', {class: 'node-line'}, el('span', {class: 'role'}, node.role === 'primary' ? 'Primary' : 'Replica'), el('span', {class: 'badge health'})),
    el('code', {class: 'address', title: node.id ?? 'only a redirect has named it so far'}, foreign(node.address, 80)),
    el('span', {class: 'muted probe'}), toggle);
}

function updateCard(card, node) {
  const health = card.querySelector('.health');
  health.className = `badge health ${node.health === 'up' ? 'ok' : node.health === 'loading' ? 'warn' : 'bad'}`;
  setText(health, node.health);
  card.classList.toggle('avoided', node.avoided);
  const probe = card.querySelector('.probe');
  setText(probe, figures(node));
  setAttribute(probe, 'title', details(node.probe));
  const toggle = card.querySelector('.avoid');
  if (toggle) {
    toggle.dataset.avoided = String(node.avoided);
    setText(toggle, node.avoided ? 'Read from it again…' : 'Keep reads away…');
    toggle.setAttribute('aria-label', `${node.avoided ? 'Read again from' : 'Keep reads away from'} ${foreign(node.address, 80)}…`);
  }
}

/** What probes tell of a node, in short. */
function figures(node) {
  const probe = node.probe;
  if (!probe) {
    return '';
  }
  const lag = node.role === 'primary' ? null
    : probe.primaryLinkUp === false ? 'cut off from its primary'
      : probe.lagBytes === undefined ? null
        : probe.lagBytes === 0 ? 'in step' : `${bytes(probe.lagBytes)} behind`;
  return [
    probe.opsPerSecond === undefined ? null : `${short(probe.opsPerSecond)} commands/s`,
    probe.usedMemoryBytes === undefined ? null : bytes(probe.usedMemoryBytes),
    probe.meanMicros === undefined ? null : `probe ${micros(probe.meanMicros)}`,
    lag,
  ].filter(part => part).join(' · ');
}

function details(probe) {
  return probe ? [
    probe.server ? `version ${foreign(probe.server, 40)}` : null,
    probe.uptimeSeconds === undefined ? null : `up ${duration(probe.uptimeSeconds)}`,
    probe.clients === undefined ? null : `${count(probe.clients)} connections`,
    probe.failure ? `last probe: ${foreign(probe.failure, 200)}` : null,
  ].filter(part => part).join(', ') : null;
}

function showStrangers(strangers) {
  const box = document.getElementById('strangers');
  fill(box, strangers.length === 0 ? null : el('p', {class: 'note'}, 'In no shard: ',
    strangers.map(node => `${foreign(node.address, 80)} (${node.health})`).join(', ')));
}

async function avoid(app, address, away) {
  const why = app.session.obstacle('operator');
  if (why) {
    app.notices.tell(why, 'warn');
    return;
  }
  const path = `/nodes/${encodeURIComponent(address)}/avoid`;
  const done = await ask({
    title: away ? `Keep reads away from ${foreign(address, 80)}?` : `Read from ${foreign(address, 80)} again?`,
    body: [el('p', {}, away
      ? 'All proxies of the fleet read from other replicas, or from the primary, until this is taken back. Do so before a node is patched.'
      : 'All proxies of the fleet may read from it again, as the read policy has it.')],
    act: away ? 'Keep reads away' : 'Read from it again',
    work: () => away ? app.api.post(path) : app.api.delete(path),
  });
  if (done !== undefined) {
    app.notices.tell(away ? `Nothing is read from ${foreign(address, 80)} any more.` : `${foreign(address, 80)} may be read from again.`);
    await readAgain(app);
  }
}

async function failOver(app, shard) {
  if (!shard) {
    return;
  }
  const replicas = shard.nodes.filter(node => node.role !== 'primary');
  const primary = shard.nodes.find(node => node.role === 'primary');
  const option = (value, text, note) => el('label', {class: 'choice'}, el('input', {type: 'radio', name: 'mode', value, checked: value === 'graceful'}),
    el('span', {}, el('b', {}, text), ` ${note}`));
  const operation = await ask({
    title: `Fail over shard ${shortId(shard.id)}?`,
    body: [
      el('p', {}, 'A replica takes the place of ', el('code', {}, foreign(primary?.address)), '. Commands for this shard wait until it has.'),
      el('label', {for: 'failover-to'}, 'New primary'),
      el('select', {id: 'failover-to', name: 'to'}, replicas.map(node =>
        el('option', {value: node.id, disabled: node.health !== 'up'}, `${foreign(node.address, 80)}${node.zone ? `, zone ${foreign(node.zone, 40)}` : ''}, ${node.health}`))),
      el('fieldset', {}, el('legend', {}, 'How'),
        option('graceful', 'Graceful:', 'the primary hands over; nothing is lost.'),
        option('force', 'Force:', 'the primary is not asked; what it has not replicated is lost.'),
        option('takeover', 'Take over:', 'not even the other primaries are asked. Only if most of them are lost.')),
    ],
    act: 'Fail over',
    danger: true,
    work: form => {
      const to = form.get('to');
      return app.api.post(`/shards/${encodeURIComponent(shard.id)}/failover`, {mode: form.get('mode'), ...(to ? {to} : {})});
    },
  });
  if (operation) {
    await watchOperation(app, operation);
  }
}
