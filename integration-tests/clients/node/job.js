// What the jobs in JavaScript share: where Slotgate is, and how a step's result is told to the runner.
'use strict';

const fs = require('fs');
const path = require('path');
const assert = require('assert');

const port = Number(process.env.SLOTGATE_PORT);
const ca = fs.readFileSync(process.env.SLOTGATE_CA);
const only = process.env.ONLY ? process.env.ONLY.split(',') : null;
const patience = Number(process.env.SLOTGATE_PATIENCE || 20) * 1000;
// Every run has keys of its own, so that jobs can be repeated.
const prefixOf = (mode) => `${path.basename(process.argv[1], '.js')}:${mode}:${process.pid}:`;

// A step that has failed leaves promises behind that fail too.
process.removeAllListeners('warning');
process.on('unhandledRejection', () => {});

const tell = (...columns) => console.log(columns.map((c) => String(c).replace(/[\t\n\r]+/g, ' ')).join('\t'));

const installed = (library) =>
  JSON.parse(fs.readFileSync(path.join(process.env.NODE_PATH, library, 'package.json'))).version;

const within = (promise, millis = patience) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${millis} ms`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Runs the steps of one mode in turn; one that fails does not keep the next from running. */
async function run(library, version, mode, steps) {
  for (const [what, step] of Object.entries(steps)) {
    if (only && !only.includes(what)) continue;
    try {
      await within(Promise.resolve().then(step));
      tell('RESULT', library, version, mode, what, 'ok');
    } catch (e) {
      tell('RESULT', library, version, mode, what, 'FAILED', e && e.message ? e.message : e);
      if (what === 'connect') return;
    }
  }
}

/** Waits until a condition holds. */
async function until(condition, millis = patience) {
  const end = Date.now() + millis;
  for (;;) {
    const got = await condition();
    if (got) return got;
    if (Date.now() > end) throw new Error(`not so within ${millis} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

module.exports = { port, ca, prefixOf, run, until, within, installed, assert };
