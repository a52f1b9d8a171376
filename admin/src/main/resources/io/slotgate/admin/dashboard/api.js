// The way to the API: adds the token, reads answers, and turns problem details (RFC 9457) into errors.

const ROOT = new URL('api/v1', document.baseURI).pathname;
const PATIENCE_MILLIS = 15_000;

/** An answer that is a refusal, or none at all (status 0). */
export class ApiError extends Error {
  constructor(status, detail, errors = []) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  get(path) {
    return this.#call('GET', path);
  }

  /** A repeated request, after a connection broke, does nothing twice: it carries a key of its own. */
  post(path, body = {}) {
    return this.#call('POST', path, body, {'Idempotency-Key': randomKey()});
  }

  patch(path, body) {
    return this.#call('PATCH', path, body);
  }

  delete(path) {
    return this.#call('DELETE', path);
  }

  /** The open response of a stream; its body is the caller's to read and to cancel. */
  async open(path, signal) {
    const response = await this.#fetch('GET', path, undefined, {Accept: 'text/event-stream'}, signal);
    if (!response.ok) {
      throw await this.#refusal(response);
    }
    return response;
  }

  async #call(method, path, body, headers = {}) {
    const response = await this.#fetch(method, path, body, headers, AbortSignal.timeout(PATIENCE_MILLIS));
    if (!response.ok) {
      throw await this.#refusal(response);
    }
    try {
      const text = await response.text();
      return text === '' ? null : JSON.parse(text);
    } catch {
      throw new ApiError(0, 'the answer broke off');
    }
  }

  async #fetch(method, path, body, headers, signal) {
    if (this.#session.closed) {
      throw new ApiError(401, 'nobody is logged in');
    }
    const token = this.#session.token;
    try {
      return await fetch(ROOT + path, {
        method,
        signal,
        cache: 'no-store',
        credentials: 'omit',
        headers: {
          ...headers,
          ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
          ...(token ? {Authorization: `Bearer ${token}`} : {}),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch (problem) {
      throw new ApiError(0, problem.name === 'TimeoutError' ? `no answer in ${PATIENCE_MILLIS / 1000} s` : 'the proxy does not answer');
    }
  }

  async #refusal(response) {
    let problem = {};
    try {
      problem = JSON.parse(await response.text());
    } catch {
      // Whoever answered is not the proxy's API, or it broke off: the status has to do.
    }
    if (response.status === 401) {
      this.#session.refused(problem.detail);
    }
    return new ApiError(response.status, problem.detail ?? `${response.status} ${response.statusText}`, problem.errors ?? []);
  }
}

/** `crypto.randomUUID` is only there on https and localhost. */
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
