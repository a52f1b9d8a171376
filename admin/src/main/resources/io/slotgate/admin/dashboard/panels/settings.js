// What can be changed while the proxy runs: a form that shows what would change before anything does, earlier versions to go back to,
// and who changed what.

import {ask} from '../dialogs.js';
import {el, fill, reconcile, setText, table} from '../dom.js';
import {foreign, time} from '../format.js';
import {poll} from '../poll.js';
import {guarded} from '../session.js';

const SECONDS = 5;
const MOST = 30;

export function settings(app) {
  const rows = el('div', {class: 'settings'});
  const review = guarded(app, 'admin', el('button', {type: 'submit', class: 'primary'}, 'Review the change…'), () => change(app, rows, again));
  const reset = el('button', {type: 'button', onClick: () => undo(rows)}, 'Undo what I typed');
  const form = el('form', {'aria-label': 'Settings'}, rows, el('div', {class: 'buttons'}, reset, review));
  // Enter in a field presses the button, which does what is to be done.
  form.addEventListener('submit', event => event.preventDefault());
  fill(document.getElementById('settings-form'), el('p', {class: 'note'}, 'They hold for all proxies of the fleet, as soon as these agree.'), form);

  async function read() {
    const state = await app.api.get('/settings');
    app.store.set('settings', state);
    setText(document.getElementById('settings-version'), `version ${state.version}${state.changedBy ? `, by ${foreign(state.changedBy, 40)} at ${time(state.changedAt)}` : ''}${state.durable ? '' : ' · not kept over a restart'}`);
    reconcile(rows, state.settings, setting => setting.name, row, updateRow);
  }
  const again = poll(app, document.getElementById('settings'), SECONDS, async () => {
    await read();
    await showHistory();
  }, {name: 'settings'});
  app.store.on('live.settings', () => again());
  // For what needs attention, whether the section is in view or not.
  read().catch(() => {});

  const history = table('Versions this proxy has seen, the latest first', [
    {title: 'Version', class: 'number', cell: item => String(item.version)},
    {title: 'When', cell: item => time(item.at)},
    {title: 'By', cell: item => foreign(item.by ?? '–', 40)},
    {title: 'Other than configured', class: 'key', cell: item => Object.entries(item.values).map(([name, value]) => `${name}: ${value === '' ? 'nothing' : foreign(value)}`).join(', ') || 'nothing'},
    {title: 'Action', cell: (item, cell) => cell.firstChild ?? backButton(item)},
  ], {key: item => item.version, empty: 'Nothing was changed so far.'});
  fill(document.getElementById('settings-history'), el('h3', {}, 'History'), history.node);

  async function showHistory() {
    history.show((await app.api.get('/settings/history')).items.slice(0, MOST));
  }

  function backButton(item) {
    return guarded(app, 'admin', el('button', {type: 'button', class: 'small', 'aria-label': `Roll back to version ${item.version}…`}, 'Roll back…'), async () => {
      try {
        const outcome = await app.api.post('/settings/rollback', {version: item.version, dryRun: true});
        await confirm(app, `Roll back to version ${item.version}?`, outcome, () => app.api.post('/settings/rollback', {version: item.version}));
        again();
      } catch (problem) {
        app.notices.tell(problem.message, 'bad');
      }
    });
  }
  audit(app);
}

function row(setting) {
  const id = `setting-${setting.name}`;
  const input = el('input', {id, name: setting.name, autocomplete: 'off', spellcheck: 'false', value: setting.value, 'aria-describedby': `${id}-about ${id}-problem`});
  return el('div', {class: 'setting'},
    el('label', {for: id}, setting.name), input,
    el('p', {class: 'note', id: `${id}-about`}), el('p', {class: 'problem', id: `${id}-problem`, hidden: true}));
}

/** What somebody is typing stays as it is. */
function updateRow(row, setting) {
  const input = row.querySelector('input');
  if (input.value === (row.dataset.value ?? setting.value)) {
    input.value = setting.value;
  }
  row.dataset.value = setting.value;
  row.dataset.configured = setting.configured;
  row.classList.toggle('is-changed', setting.changed);
  setText(row.querySelector('.note'), `${setting.expected}${setting.changed ? `; configured: ${setting.configured === '' ? 'nothing' : setting.configured}` : ''}`);
}

function undo(rows) {
  for (const row of rows.children) {
    row.querySelector('input').value = row.dataset.value;
    wrong(row, null);
  }
}

function wrong(row, text) {
  const problem = row.querySelector('.problem');
  setText(problem, text ?? '');
  problem.hidden = text === null;
  row.querySelector('input').setAttribute('aria-invalid', String(text !== null));
}

async function change(app, rows, again) {
  const set = {};
  const unset = [];
  for (const row of rows.children) {
    const input = row.querySelector('input');
    wrong(row, null);
    if (input.value !== row.dataset.value) {
      if (input.value === row.dataset.configured) {
        unset.push(input.name);
      } else {
        set[input.name] = input.value;
      }
    }
  }
  if (Object.keys(set).length + unset.length === 0) {
    app.notices.tell('Nothing was typed that would change a setting.', 'warn');
    return;
  }
  const version = app.store.get('settings').version;
  try {
    const outcome = await app.api.patch('/settings', {version, set, unset, dryRun: true});
    if (await confirm(app, 'Change these settings?', outcome, () => app.api.patch('/settings', {version, set, unset}))) {
      // What was typed is what holds, though it may be written otherwise: 1000ms is 1s.
      for (const row of rows.children) {
        row.dataset.value = row.querySelector('input').value;
      }
    }
  } catch (problem) {
    let first = null;
    for (const {field, value, expected} of problem.errors ?? []) {
      const row = [...rows.children].find(each => each.dataset.key === field);
      if (row) {
        wrong(row, `${foreign(value)} (expected: ${expected})`);
        first ??= row;
      }
    }
    if (first) {
      first.querySelector('input').focus();
    } else {
      app.notices.tell(problem.message, 'bad');
    }
  }
  again();
}

/** Shows what would change, and changes it if that is wanted. */
async function confirm(app, title, outcome, work) {
  const names = [...new Set([...Object.keys(outcome.before), ...Object.keys(outcome.after)])].sort();
  if (names.length === 0) {
    app.notices.tell('That would change nothing.', 'warn');
    return false;
  }
  const shown = value => value === undefined || value === '' ? el('i', {}, 'nothing') : foreign(value, 300);
  const done = await ask({
    title,
    body: [el('div', {class: 'scroll'}, el('table', {class: 'list difference'}, el('caption', {}, 'What changes, on every proxy'),
      el('thead', {}, el('tr', {}, ['Setting', 'Now', 'Then'].map(each => el('th', {scope: 'col'}, each)))),
      el('tbody', {}, names.map(name => el('tr', {}, el('th', {scope: 'row'}, name),
        el('td', {class: 'old', 'data-title': 'Now'}, shown(outcome.before[name])), el('td', {class: 'new', 'data-title': 'Then'}, shown(outcome.after[name]))))))) ],
    act: 'Apply',
    work,
  });
  if (done !== undefined) {
    app.notices.tell(`Settings version ${done.version} is in force.`);
  }
  return done !== undefined;
}

function audit(app) {
  const list = table('Changes through the API, the latest first', [
    {title: 'When', cell: item => time(item.at)},
    {title: 'Who', cell: item => foreign(`${item.actor} (${item.role})`, 60)},
    {title: 'What', cell: item => foreign(`${item.action}: ${item.target}`, 160)},
    {title: 'Came to', cell: item => foreign(item.outcome, 200)},
  ], {key: item => item.id, empty: 'Nothing was changed so far.'});
  const card = document.getElementById('audit');
  fill(card, el('h3', {}, 'Who changed what'), list.node);
  poll(app, card, SECONDS, async () => list.show((await app.api.get('/audit')).items.slice(0, MOST)), {name: 'its audit log'});
}
