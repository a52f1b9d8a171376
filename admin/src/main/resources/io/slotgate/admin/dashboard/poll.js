// Asking for what the live stream does not tell: only what somebody can see, and never twice at a time.

import {ApiError} from './api.js';

const MISSING_SECONDS = 60;
const STEP_MILLIS = 500;
/** What proxies answer that know no such resource: some take `heat` for the number of a slot. */
const MISSING = [404, 400];

/**
 * Asks once, so that the whole page can be read and searched, and again and again while the element is near its visible part.
 *
 * @param seconds between one and the next. All pages ask at the same times, as far as their clocks agree: what one proxy is asked by several
 *        at a time it makes only once
 * @param work asks and shows
 * @param options `note`: told when the proxy has no such resource, and hidden with the next success; `onMissing`
 * @returns a function that asks now
 */
export function poll(app, element, seconds, work, {note = null, name = 'this', onMissing = () => {}} = {}) {
  let visible = false;
  let running = false;
  let again = false;
  let asked = false;
  let due = 0;

  async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    asked = true;
    let pause = seconds;
    try {
      await work();
      if (note) {
        note.hidden = true;
      }
    } catch (problem) {
      if (!(problem instanceof ApiError)) {
        console.error(name, problem);
      }
      if (MISSING.includes(problem.status) && note) {
        note.textContent = `This proxy does not tell ${name}.`;
        note.hidden = false;
        pause = MISSING_SECONDS;
        onMissing();
      }
    } finally {
      running = false;
      due = next(pause * 1000);
    }
    if (again) {
      again = false;
      run();
    }
  }

  new IntersectionObserver(entries => {
    visible = entries.at(-1).isIntersecting;
    if (visible && Date.now() >= due) {
      tick();
    }
  }, {rootMargin: '300px'}).observe(element);

  function tick() {
    if ((visible || !asked) && !running && !document.hidden && !app.session.closed && app.isLive() && Date.now() >= due) {
      run();
    }
  }

  function wait() {
    setTimeout(() => {
      tick();
      wait();
    }, next(STEP_MILLIS) - Date.now());
  }

  wait();
  return run;
}

/** The next time, in milliseconds since 1970, that is a multiple of this. */
function next(millis) {
  return (Math.floor(Date.now() / millis) + 1) * millis;
}
