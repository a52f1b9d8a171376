// What the page knows, by topic. Who shows a topic is told once a frame at most, and not at all while nobody can see the page.

export class Store {
  #values = new Map();
  #listeners = new Map();
  #changed = new Set();
  #scheduled = false;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#schedule());
  }

  get(topic) {
    return this.#values.get(topic);
  }

  set(topic, value) {
    this.#values.set(topic, value);
    this.touch(topic);
  }

  /** Says that what a topic stands for has changed within. */
  touch(topic) {
    this.#changed.add(topic);
    this.#schedule();
  }

  /** Calls with the topic's value when it changes, and now if it is known. */
  on(topic, listener) {
    const listeners = this.#listeners.get(topic) ?? [];
    listeners.push(listener);
    this.#listeners.set(topic, listeners);
    if (this.#values.has(topic)) {
      listener(this.#values.get(topic));
    }
  }

  #schedule() {
    if (!this.#scheduled && this.#changed.size > 0 && !document.hidden) {
      this.#scheduled = true;
      requestAnimationFrame(() => this.#tell());
    }
  }

  #tell() {
    this.#scheduled = false;
    const topics = [...this.#changed];
    this.#changed.clear();
    for (const topic of topics) {
      for (const listener of this.#listeners.get(topic) ?? []) {
        try {
          listener(this.#values.get(topic));
        } catch (problem) {
          // One panel that fails must not take the others along.
          console.error(`panel of ${topic}`, problem);
        }
      }
    }
  }
}
