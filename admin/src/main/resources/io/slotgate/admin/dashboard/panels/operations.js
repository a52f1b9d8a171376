// What is being done to the cluster and how far it has come; how to restart every node in turn; letting this proxy's clients go.

import {ask} from '../dialogs.js';
import {el, fill, table} from '../dom.js';
import {foreign, shortId, time} from '../format.js';
import {describe, watchOperation} from '../operation.js';
import {poll} from '../poll.js';
import {guarded} from '../session.js';

const SECONDS = 3;
const PLAN_SECONDS = 5;
const MOST = 20;

export function operations(app) {
  const list = table('Operations of this proxy, the latest first', [
    {title: 'What', cell: item => describe(item)},
    {title: 'State', cell: item => item.state},
    {title: 'By', cell: item => foreign(item.by, 40)},
    {title: 'Begun', cell: item => time(item.begun)},
    {title: 'Came to', cell: item => foreign(item.outcome ?? item.steps.at(-1)?.text ?? '', 300)},
    {title: 'Action', cell: (item, cell) => item.cancellable ? cell.firstChild ?? cancelButton(item) : ''},
  ], {key: item => item.id, empty: 'Nothing has been done yet.'});
  fill(document.getElementById('operations-list'), list.node);
  const again = poll(app, document.getElementById('operations'), SECONDS, async () => list.show((await app.api.get('/operations')).items.slice(0, MOST)), {name: 'its operations'});
  app.store.on('operation', () => again());

  function cancelButton(item) {
    return guarded(app, 'operator', el('button', {type: 'button', class: 'small', 'aria-label': `Cancel: ${describe(item)}`}, 'Cancel'), async () => {
      try {
        await app.api.delete(`/operations/${encodeURIComponent(item.id)}`);
      } catch (problem) {
        app.notices.tell(problem.message, 'bad');
      }
      again();
    });
  }
  plan(app);
  drain(app);
}

function plan(app) {
  const card = document.getElementById('restart-plan');
  const list = table('Steps in their order, and whether each can be done now', [
    {title: 'Step', class: 'number', cell: step => String(step.number)},
    {title: 'Do', cell: step => `${step.action} ${foreign(step.node, 80)} (${step.role} of ${shortId(step.shard)})`},
    {title: 'Now', cell: step => step.ready ? 'ready' : 'wait'},
    {title: 'Because', cell: step => step.checks.map(check => `${check.ok ? '✓' : '✗'} ${check.name}: ${check.detail}`).join('; ')},
  ], {key: step => step.number, empty: 'There are no nodes.'});
  const verdict = el('p');
  const details = el('details', {}, el('summary', {}, 'How to restart every node, one after the other'), verdict, list.node);
  fill(card, details);
  const again = poll(app, card, PLAN_SECONDS, async () => {
    if (!details.open) {
      return;
    }
    const found = await app.api.get('/rolling-restart');
    const words = found.checks.map(check => `${check.ok ? '✓' : '✗'} ${check.name}: ${check.detail}`).join('; ');
    fill(verdict, el('span', {class: `badge ${found.safe ? 'ok' : 'bad'}`}, found.safe ? 'safe to go on' : 'not now'), ` ${words}`);
    list.show(found.steps);
  }, {name: 'how to restart'});
  details.addEventListener('toggle', () => again());
}

function drain(app) {
  const button = guarded(app, 'operator', el('button', {type: 'button', class: 'danger'}, 'Drain this proxy…'), async () => {
    const operation = await ask({
      title: 'Drain this proxy?',
      body: [
        el('p', {}, 'It takes in no further clients, and lets those that are there go between two commands. Clients can be taken in again; those that are gone stay gone.'),
        el('label', {for: 'drain-timeout'}, 'For at most (such as 30s or 5m; empty: as the settings say)'),
        el('input', {id: 'drain-timeout', name: 'timeout', autocomplete: 'off'})],
      act: 'Drain it',
      danger: true,
      work: form => app.api.post('/drain', form.get('timeout') ? {timeout: form.get('timeout')} : {}),
    });
    if (operation) {
      await watchOperation(app, operation);
    }
  });
  const back = guarded(app, 'operator', el('button', {type: 'button'}, 'Take clients in again…'), async () => {
    const operation = await ask({
      title: 'Take clients in again?',
      body: el('p', {}, 'A drain that goes on is cancelled. Clients that were let go stay gone until they connect again.'),
      act: 'Take them in',
      work: () => app.api.delete('/drain'),
    });
    if (operation) {
      await watchOperation(app, operation);
    }
  });
  app.store.on('status', status => {
    back.hidden = !status?.draining;
    button.hidden = Boolean(status?.draining);
  });
  back.hidden = true;
  fill(document.getElementById('drain'), el('h3', {}, 'This proxy'), el('p', {class: 'note'}, 'Before it is stopped, its clients can be let go in peace.'), button, back);
}
