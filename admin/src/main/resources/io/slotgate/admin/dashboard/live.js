// The live stream: server-sent events, read by hand because EventSource can send no token. When it breaks it is opened again, ever less
// often; when nothing comes on it, it counts as broken.

const SILENCE_MILLIS = 6_000;
const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 15_000;
const LONGEST_EVENT = 4 * 1024 * 1024;

/** Takes the stream apart: text comes in, events go out. */
export class EventParser {
  #rest = '';
  #emit;

  constructor(emit) {
    this.#emit = emit;
  }

  feed(text) {
    this.#rest += text;
    let end;
    while ((end = this.#rest.indexOf('\n\n')) >= 0) {
      this.#block(this.#rest.slice(0, end));
      this.#rest = this.#rest.slice(end + 2);
    }
    if (this.#rest.length > LONGEST_EVENT) {
      throw new Error('an event without end');
    }
  }

  #block(block) {
    let name = 'message';
    const data = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('event:')) {
        name = line.slice(6).trim();
      } else if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''));
      }
    }
    if (data.length > 0) {
      this.#emit(name, data.join('\n'));
    }
  }
}

export class Live {
  #api;
  #store;
  #onEvent;
  #abort = null;
  #failures = 0;
  #timer = null;
  #watch = null;
  #lastAt = 0;
  #stopped = true;

  /** @param onEvent takes the name and the body of each event */
  constructor(api, store, onEvent) {
    this.#api = api;
    this.#store = store;
    this.#onEvent = onEvent;
  }

  start() {
    if (this.#stopped) {
      this.#stopped = false;
      this.#failures = 0;
      this.#run();
    }
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  /** Does not wait any longer. */
  now() {
    clearTimeout(this.#timer);
    if (!this.#stopped && !this.#abort) {
      this.#run();
    }
  }

  async #run() {
    const abort = new AbortController();
    this.#abort = abort;
    this.#lastAt = Date.now();
    this.#watch = setInterval(() => {
      if (Date.now() - this.#lastAt > SILENCE_MILLIS) {
        abort.abort();
      }
    }, 1000);
    let why = 'the stream ended';
    try {
      const response = await this.#api.open('/live', abort.signal);
      await this.#read(response.body);
    } catch (problem) {
      why = problem.message;
      if (problem.status === 401) {
        this.#stopped = true;
      }
    } finally {
      clearInterval(this.#watch);
      abort.abort();
      this.#abort = null;
    }
    if (!this.#stopped) {
      this.#again(why);
    }
  }

  async #read(body) {
    const decoder = new TextDecoder();
    const parser = new EventParser((name, data) => {
      this.#failures = 0;
      this.#store.set('stream', {state: 'live'});
      this.#onEvent(name, JSON.parse(data));
    });
    const reader = body.getReader();
    for (;;) {
      const {done, value} = await reader.read();
      if (done) {
        return;
      }
      this.#lastAt = Date.now();
      parser.feed(decoder.decode(value, {stream: true}));
    }
  }

  #again(why) {
    this.#failures++;
    const pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2);
    this.#store.set('stream', {state: 'broken', why, againAt: Date.now() + pause});
    this.#timer = setTimeout(() => this.#run(), pause);
  }
}
