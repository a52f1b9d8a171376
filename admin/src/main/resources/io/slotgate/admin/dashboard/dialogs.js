// Dialogs, which are the browser's own, and notices in the corner.

import {el, fill} from './dom.js';

const MOST_NOTICES = 4;
const NOTICE_MILLIS = 8_000;

export class Notices {
  #root = document.getElementById('notices');

  /** @param kind `ok`, `warn` or `bad` */
  tell(text, kind = 'ok') {
    const notice = el('div', {class: `notice ${kind}`}, el('span', {}, text),
      el('button', {type: 'button', class: 'quiet', 'aria-label': 'Close this notice', onClick: () => notice.remove()}, '×'));
    this.#root.append(notice);
    while (this.#root.children.length > MOST_NOTICES) {
      this.#root.firstElementChild.remove();
    }
    setTimeout(() => notice.remove(), NOTICE_MILLIS);
  }
}

let dialogs = 0;

/**
 * Asks before something is done, does it, and says in the dialog what stands against it.
 *
 * @param act label of the button
 * @param work what it does; the dialog closes when it succeeds
 * @param danger whether it is marked as such
 * @returns what `work` gave; undefined if it was called off
 */
export function ask({title, body = [], act, danger = false, work}) {
  const id = `dialog-${++dialogs}`;
  const opener = document.activeElement;
  const problem = el('p', {class: 'problem', role: 'alert', hidden: true});
  const doIt = el('button', {type: 'submit', class: danger ? 'danger' : 'primary'}, act);
  const leave = el('button', {type: 'button', onClick: () => dialog.close()}, 'Cancel');
  const form = el('form', {method: 'dialog', class: 'dialog'},
    el('h2', {id: `${id}-title`}, title), body, problem, el('div', {class: 'buttons'}, leave, doIt));
  const dialog = el('dialog', {'aria-labelledby': `${id}-title`}, form);
  let result;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (doIt.disabled) {
      return;
    }
    doIt.disabled = true;
    problem.hidden = true;
    try {
      result = await work(new FormData(form)) ?? null;
      dialog.close();
    } catch (failure) {
      fill(problem, failure.message);
      problem.hidden = false;
      doIt.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    dialog.remove();
    focusAgain(opener);
    resolve(result);
  }));
}

/** What had the focus may have left the page meanwhile, as a killed client's row does. */
function focusAgain(opener) {
  if (opener instanceof HTMLElement && opener.isConnected) {
    opener.focus();
  } else {
    document.getElementById('main').focus({preventScroll: true});
  }
}

/** Asks for a token; ends when there is one that is taken. */
export function askForToken(session, why) {
  const input = el('input', {id: 'token', name: 'token', type: 'password', autocomplete: 'off', required: true, spellcheck: 'false'});
  const form = el('form', {method: 'dialog', class: 'dialog'},
    el('h2', {id: 'login-title'}, 'Log in'),
    el('p', {}, 'This proxy wants a token. It is kept in this tab until you log out or close it.'),
    el('label', {for: 'token'}, 'Token'), input,
    why ? el('p', {class: 'problem', role: 'alert'}, why) : null,
    el('div', {class: 'buttons'}, el('button', {type: 'submit', class: 'primary'}, 'Log in')));
  const dialog = el('dialog', {'aria-labelledby': 'login-title'}, form);
  document.body.append(dialog);
  dialog.showModal();
  // Escape leads nowhere: there is nothing to see without a token.
  dialog.addEventListener('close', () => dialog.isConnected && dialog.showModal());
  return new Promise(resolve => form.addEventListener('submit', event => {
    event.preventDefault();
    session.logIn(input.value.trim());
    dialog.remove();
    resolve();
  }));
}
