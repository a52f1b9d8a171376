// Puts the page together: first who looks, then the panels, then the live stream that feeds them.

import {Api} from './api.js';
import {askForToken, Notices} from './dialogs.js';
import {setText} from './dom.js';
import {Live} from './live.js';
import {Session} from './session.js';
import {Store} from './store.js';
import {themeButton} from './themes.js';
import {liveness} from './panels/liveness.js';
import {overview} from './panels/overview.js';
import {cluster} from './panels/cluster.js';
import {slots} from './panels/slots.js';
import {latency} from './panels/latency.js';
import {events} from './panels/events.js';
import {clients} from './panels/clients.js';
import {keys} from './panels/keys.js';
import {fleet} from './panels/fleet.js';
import {operations} from './panels/operations.js';
import {settings} from './panels/settings.js';

const RETRY_MILLIS = 2_000;

const session = new Session();
const store = new Store();
const api = new Api(session);
const live = new Live(api, store, (name, body) => {
  store.set('heardAt', Date.now());
  store.set(`live.${name}`, body);
  if (name === 'topology') {
    store.set('topology', body);
  }
});

const app = {
  session,
  store,
  api,
  notices: new Notices(),
  live,
  isLive: () => store.get('stream')?.state === 'live',
};

/** Asks until there is an answer, whatever it takes: a token, or the proxy coming up. */
async function whoAmI() {
  for (;;) {
    try {
      const {name, role, tokens} = await api.get('/whoami');
      session.is(name, role);
      setText(document.getElementById('who'), tokens ? `${name} (${role})` : '');
      document.getElementById('log-out').hidden = !tokens;
      return;
    } catch (problem) {
      if (problem.status === 404) {
        // An older proxy does not say; it refuses what is not allowed all the same.
        return;
      }
      if (problem.status === 401) {
        await loggingIn;
      } else {
        store.set('stream', {state: 'broken', why: problem.message, againAt: Date.now() + RETRY_MILLIS});
        await new Promise(resolve => setTimeout(resolve, RETRY_MILLIS));
      }
    }
  }
}

let loggingIn = Promise.resolve();
let started = false;

session.onRefused(why => {
  live.stop();
  loggingIn = askForToken(session, why);
  if (started) {
    loggingIn.then(whoAmI).then(() => live.start());
  }
});

document.getElementById('log-out').addEventListener('click', () => session.logOut());
themeButton(store);
liveness(app);
await whoAmI();
for (const panel of [overview, cluster, slots, latency, events, clients, keys, fleet, operations, settings]) {
  try {
    panel(app);
  } catch (problem) {
    console.error(panel.name, problem);
  }
}
started = true;
live.start();
