// Whether what the page shows is so now: a badge, and a banner with the age of the figures while the proxy does not answer.

import {el, fill, setText} from '../dom.js';
import {duration} from '../format.js';

const STALE_MILLIS = 3_500;

export function liveness(app) {
  const badge = document.getElementById('liveness');
  const banner = document.getElementById('stale');
  const loadedAt = Date.now();
  const text = el('span', {role: 'alert'});
  const age = el('span');
  fill(banner, text, ' ', age, ' ', el('button', {type: 'button', onClick: () => app.live.now()}, 'Try now'));

  function show() {
    const stream = app.store.get('stream');
    const heardAt = app.store.get('heardAt');
    const silent = Date.now() - (heardAt ?? loadedAt);
    const stale = !app.session.closed && (stream?.state === 'broken' || silent > STALE_MILLIS);
    document.body.classList.toggle('is-stale', stale);
    badge.className = `badge ${stale ? 'bad' : heardAt ? 'ok' : 'warn'}`;
    setText(badge, stale ? 'stale' : heardAt ? 'live' : 'connecting');
    if (stale) {
      setText(text, `${stream?.why ? capital(stream.why) : 'Nothing comes from the proxy'}.`);
      setText(age, `${heardAt ? `What you see is ${duration(silent / 1000)} old` : 'There is nothing to show yet'}${next(stream)}.`);
    }
    banner.hidden = !stale;
  }

  function next(stream) {
    const wait = (stream?.againAt ?? 0) - Date.now();
    return wait > 0 ? `; trying again in ${duration(wait / 1000)}` : '; trying again';
  }

  app.store.on('stream', show);
  setInterval(show, 1000);
  show();
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
