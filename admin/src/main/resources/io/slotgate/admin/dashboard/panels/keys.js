// Hot keys and big keys of the fleet, and slow commands of this proxy, as far as it tells them.

import {ask} from '../dialogs.js';
import {el, setText, table} from '../dom.js';
import {bytes, count, foreign, micros, short, time, toldBy} from '../format.js';
import {poll} from '../poll.js';
import {guarded} from '../session.js';

const SECONDS = 5;
const MOST = 50;

export function keys(app) {
  listed(app, 'hot-keys', '/hotkeys', 'hot keys', table('Keys that are asked for most', [
    {title: 'Key', class: 'key', cell: item => foreign(item.key)},
    {title: 'Slot', class: 'number', cell: item => String(item.slot ?? '–')},
    {title: 'Per second', class: 'number', cell: item => short(item.perSecond)},
    {title: 'Between', class: 'number', cell: item => `${short(item.lowest)} and ${short(item.highest)}`},
  ], {key: item => item.key, empty: 'No key stands out.'}));
  listed(app, 'big-keys', '/bigkeys', 'big keys', table('Keys with large values', [
    {title: 'Key', class: 'key', cell: item => foreign(item.key)},
    {title: 'Slot', class: 'number', cell: item => String(item.slot ?? '–')},
    {title: 'Size', class: 'number', cell: item => bytes(item.bytes)},
    {title: 'Command', cell: item => foreign(item.command, 40)},
    {title: 'Seen', cell: item => time(item.at)},
  ], {key: item => `${item.command} ${item.key}`, empty: 'No large value has passed.'}));
  const again = listed(app, 'slow-log', `/slowlog?limit=${MOST}`, 'slow commands', table('Commands that took long, the latest first', [
    {title: 'When', cell: item => time(item.at)},
    {title: 'Took', class: 'number', cell: item => micros(item.micros)},
    {title: 'Command', class: 'key', cell: item => foreign((item.command ?? []).join(' '), 300)},
    {title: 'Client', cell: item => foreign([item.client, item.name].filter(part => part).join(' '), 80)},
  ], {key: item => item.id, empty: 'None.'}));
  guarded(app, 'operator', document.getElementById('slow-log-reset'), async () => {
    const done = await ask({
      title: 'Empty the list of slow commands?',
      act: 'Empty it',
      work: () => app.api.delete('/slowlog'),
    });
    if (done !== undefined) {
      again();
    }
  });
}

function listed(app, id, path, name, list) {
  const card = document.getElementById(id);
  const body = card.querySelector('[data-body]');
  const whose = el('p', {class: 'note whose'});
  body.append(whose, list.node);
  const button = card.querySelector('.heading button');
  const there = known => {
    body.hidden = !known;
    if (button) {
      button.hidden = !known;
    }
  };
  return poll(app, card, SECONDS, async () => {
    const answer = await app.api.get(path);
    const {items} = answer;
    setText(whose, toldBy(answer));
    whose.hidden = whose.textContent === '';
    list.show(items.slice(0, MOST));
    there(true);
    card.setAttribute('data-count', count(items.length));
  }, {note: card.querySelector('[data-note]'), name, onMissing: () => there(false)});
}
