// Who looks at the page, and what they may do. A token is kept as long as the tab is open, and in no other.

const KEY = 'slotgate.token';
const ROLES = ['viewer', 'operator', 'admin'];

export class Session {
  #token;
  #role = null;
  #onRefused = () => {};
  /** Whether requests have to wait until somebody logs in: each without a token counts as a failure. */
  closed = false;
  name = '';

  constructor() {
    this.#token = sessionStorage.getItem(KEY);
  }

  get token() {
    return this.#token;
  }

  /** Null: it is not known, and the proxy decides. */
  get role() {
    return this.#role;
  }

  onRefused(listener) {
    this.#onRefused = listener;
  }

  /** The token, or its lack, was refused. */
  refused(detail) {
    if (!this.closed) {
      this.closed = true;
      this.#onRefused(this.#token ? detail : undefined);
    }
  }

  logIn(token) {
    this.#token = token;
    sessionStorage.setItem(KEY, token);
    this.closed = false;
  }

  logOut() {
    this.#token = null;
    sessionStorage.removeItem(KEY);
    // What was shown must not stay behind in this page.
    location.reload();
  }

  /** Takes in what the API says of who asks. */
  is(name, role) {
    const before = this.#role;
    this.name = name;
    this.#role = ROLES.includes(role) ? role : null;
    if (before !== null && before !== this.#role) {
      // The page was made for somebody who may do other things.
      location.reload();
    }
  }

  may(role) {
    return this.#role === null || ROLES.indexOf(this.#role) >= ROLES.indexOf(role);
  }

  /** Why this role is not enough; null if it is. */
  obstacle(role) {
    return this.may(role) ? null : `needs the role ${role}; yours is ${this.#role}`;
  }
}

/**
 * Has a button, made after it is known who looks, say why it can't be used by those who may not. It stays reachable, for who can't reach it can't read the reason.
 *
 * @param act what it does for those who may
 */
export function guarded(app, role, button, act) {
  const words = button.textContent;
  const obstacle = app.session.obstacle(role);
  if (obstacle !== null) {
    button.classList.add('forbidden');
    button.setAttribute('aria-disabled', 'true');
    button.setAttribute('title', `${words}: ${obstacle}`);
  }
  button.addEventListener('click', event => {
    if (obstacle === null) {
      act(event);
    } else {
      app.notices.tell(`${words}: ${obstacle}`, 'warn');
    }
  });
  return button;
}
