// Who is connected to this proxy, with a filter, and a button to close a connection.

import {ask} from '../dialogs.js';
import {el, fill, setText, table} from '../dom.js';
import {bytes, count, duration, foreign} from '../format.js';
import {poll} from '../poll.js';
import {guarded} from '../session.js';

const SECONDS = 3;
const PAGE = 50;

export function clients(app) {
  const field = (name, label, size) => el('div', {}, el('label', {for: `clients-${name}`}, label), el('input', {id: `clients-${name}`, name, size, autocomplete: 'off', spellcheck: 'false'}));
  const form = el('form', {class: 'inline', role: 'search', 'aria-label': 'Clients'}, field('name', 'Name', 12), field('user', 'User', 10), field('addr', 'Address', 14), field('cmd', 'Last command', 8),
    el('button', {type: 'submit'}, 'Filter'), el('button', {type: 'reset'}, 'Show all'));
  const list = table('Clients of this proxy', [
    {title: 'Id', class: 'number', cell: client => String(client.id)},
    {title: 'Address', cell: client => foreign(client.addr, 60)},
    {title: 'Name', cell: client => foreign(client.name, 60) || '–'},
    {title: 'User', cell: client => foreign(client.user, 40) || '–'},
    {title: 'Library', cell: client => foreign([client['lib-name'], client['lib-ver']].filter(part => part).join(' '), 40) || '–'},
    {title: 'Last command', cell: client => foreign(client.cmd, 40)},
    {title: 'Age', class: 'number', cell: client => duration(client.age ?? 0)},
    {title: 'Idle', class: 'number', cell: client => duration(client.idle ?? 0)},
    {title: 'Commands', class: 'number', cell: client => client['tot-cmds'] === undefined ? '–' : count(client['tot-cmds'])},
    {title: 'Waiting to be read', class: 'number', cell: client => bytes(client.omem ?? 0)},
    {title: 'Action', cell: (client, cell) => cell.firstChild ?? killButton(client)},
  ], {key: client => client.id, empty: 'No client matches.'});
  const back = el('button', {type: 'button', disabled: true}, 'First page');
  const more = el('button', {type: 'button', disabled: true}, 'Next page');
  fill(document.getElementById('clients-body'), form, list.node, el('div', {class: 'buttons'}, back, more));
  let after = null;
  let next = null;

  const again = poll(app, document.getElementById('clients'), SECONDS, async () => {
    const query = new URLSearchParams({limit: PAGE});
    for (const [name, value] of new FormData(form)) {
      if (value !== '') {
        query.set(name, value);
      }
    }
    if (after !== null) {
      query.set('after', after);
    }
    const page = await app.api.get(`/clients?${query}`);
    next = page.next ?? null;
    list.show(page.items);
    more.disabled = next === null;
    back.disabled = after === null;
    setText(document.getElementById('clients-count'), `${count(page.items.length)} shown${next === null ? '' : ', and more'}`);
  }, {name: 'clients'});

  function turn(to) {
    after = to;
    again();
  }

  form.addEventListener('submit', event => {
    event.preventDefault();
    turn(null);
  });
  form.addEventListener('reset', () => setTimeout(() => turn(null)));
  more.addEventListener('click', () => turn(next));
  back.addEventListener('click', () => turn(null));

  function killButton(client) {
    const who = `${client.id}${client.name ? ` (${foreign(client.name, 60)})` : ''}`;
    return guarded(app, 'operator', el('button', {type: 'button', class: 'small', 'aria-label': `Kill client ${who}…`}, 'Kill…'), async () => {
      const done = await ask({
        title: `Kill client ${who}?`,
        body: [el('p', {}, `The connection from ${foreign(client.addr, 60)} is closed. What it has sent and not had answered may still be done.`)],
        act: 'Kill it',
        danger: true,
        work: () => app.api.delete(`/clients/${client.id}`),
      });
      if (done !== undefined) {
        app.notices.tell(`Client ${who} was killed.`);
        again();
      }
    });
  }
}
