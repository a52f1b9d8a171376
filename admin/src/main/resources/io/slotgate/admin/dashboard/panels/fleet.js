// The proxies, what this one may take and takes, and its channels to the nodes.

import {el, fill, reconcile, setText, table} from '../dom.js';
import {bytes, count, foreign} from '../format.js';
import {poll} from '../poll.js';

const SECONDS = 5;
const PART = 1000;
const NEAR = 0.8;

export function fleet(app) {
  const list = table('Proxies of the fleet', [
    {title: 'Proxy', cell: item => `${foreign(item.id, 80)}${item.self ? ' (this one)' : ''}`},
    {title: 'Zone', cell: item => foreign(item.zone ?? '–', 40)},
    {title: 'Address', cell: item => foreign(item.address, 80)},
    {title: 'State', cell: item => item.state},
    {title: 'Clients', class: 'number', cell: item => count(item.sessions)},
    {title: 'CPU', class: 'number', cell: item => `${item.cpuPercent} %`},
    {title: 'Version', cell: item => foreign(item.version, 40)},
    {title: 'Settings', class: 'number', cell: item => String(item.settingsVersion ?? '–')},
    {title: 'Slot map', cell: item => foreign(item.mapDigest, 20)},
  ], {key: item => item.id, empty: 'No proxy has said how it is.'});
  const agree = el('p', {class: 'note'});
  fill(document.getElementById('fleet-body'), list.node, agree);
  poll(app, document.getElementById('fleet'), SECONDS, async () => {
    const {items} = await app.api.get('/proxies');
    app.store.set('proxies', items);
    list.show(items);
    const maps = new Set(items.map(item => item.mapDigest)).size;
    setText(agree, items.length < 2 ? '' : maps === 1 ? 'All see the cluster alike.' : 'They do not all see the cluster alike just now; that passes within seconds, or says that they are parted.');
  }, {name: 'its fleet'});
  limits(app);
  channels(app);
}

function limits(app) {
  const card = document.getElementById('limits');
  const list = el('ul', {class: 'meters'});
  card.append(list);
  const amount = (item, value) => item.name.endsWith('-bytes') ? bytes(value) : count(value);
  poll(app, card, SECONDS, async () => {
    const {items} = await app.api.get('/limits');
    reconcile(list, items, item => item.name,
      item => el('li', {}, el('span', {class: 'meter-name', id: `limit-${item.name}`}, item.name), el('span', {class: 'meter-value'}),
        item.used === undefined ? null : el('meter', {'aria-labelledby': `limit-${item.name}`, min: 0})),
      (row, item) => {
        setText(row.querySelector('.meter-value'), item.used === undefined ? `at most ${amount(item, item.most)}` : `${amount(item, item.used)} of ${amount(item, item.most)}`);
        const meter = row.querySelector('meter');
        if (meter) {
          meter.max = item.most;
          meter.high = item.most * NEAR;
          meter.value = item.used;
        }
      });
  }, {name: 'its limits'});
}

async function allChannels(app) {
  const all = [];
  for (let part = {next: 0}; part.next !== undefined;) {
    part = await app.api.get(`/channels?limit=${PART}&after=${part.next}`);
    all.push(...part.items);
  }
  return all;
}

function channels(app) {
  const card = document.getElementById('channels');
  const list = table('Channels by node, over all workers', [
    {title: 'Node', cell: item => foreign(item.node, 80)},
    {title: 'Lane', cell: item => foreign(item.lane, 40)},
    {title: 'Channels', class: 'number', cell: item => count(item.channels)},
    {title: 'States', cell: item => [...item.states].map(([state, many]) => `${many} ${state}`).join(', ')},
    {title: 'Waiting', class: 'number', cell: item => count(item.waiting)},
  ], {key: item => `${item.node} ${item.lane}`, empty: 'No channel is open.'});
  card.append(list.node);
  poll(app, card, SECONDS, async () => {
    const groups = new Map();
    for (const item of await allChannels(app)) {
      const name = `${item.node} ${item.lane}`;
      const group = groups.get(name) ?? {node: item.node, lane: item.lane, channels: 0, waiting: 0, states: new Map()};
      group.channels++;
      group.waiting += item.waiting;
      group.states.set(item.state, (group.states.get(item.state) ?? 0) + 1);
      groups.set(name, group);
    }
    list.show([...groups.values()].sort((one, other) => one.node.localeCompare(other.node) || one.lane.localeCompare(other.lane)));
  }, {name: 'its channels'});
}
