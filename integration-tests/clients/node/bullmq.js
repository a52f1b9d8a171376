// BullMQ over TLS, with ioredis single and Cluster under it: a queue with a worker, retries, delays, flows and events.
'use strict';

const { Queue, Worker, QueueEvents, FlowProducer } = require('bullmq');
const Redis = require('ioredis');
const { port, ca, prefixOf, run, until, installed, assert } = require('./job');

const version = `${installed('bullmq')} (ioredis ${installed('ioredis')})`;
const tls = { ca };
const mode = {
  single: () => new Redis({ host: 'localhost', port, tls, maxRetriesPerRequest: null }),
  cluster: () =>
    new Redis.Cluster([{ host: 'localhost', port }], { redisOptions: { tls, maxRetriesPerRequest: null } }),
};

function steps(kind) {
  const opened = [];
  const connection = () => {
    const redis = mode[kind]();
    redis.on('error', () => {});
    opened.push(redis);
    return redis;
  };
  // A hash tag keeps all keys of a queue in a slot, as its documentation wants it for a cluster.
  const prefix = `{${prefixOf(kind)}}`;
  const open = (made) => {
    made.on('error', () => {});
    return made;
  };
  let queue;
  const worker = (name, job, options = {}) => open(new Worker(name, job, { connection: connection(), prefix, ...options }));
  return {
    'add jobs': async () => {
      queue = open(new Queue('work', { connection: connection(), prefix }));
      await queue.waitUntilReady();
      await queue.addBulk(Array.from({ length: 100 }, (_, i) => ({ name: 'double', data: { i } })));
      assert.strictEqual((await queue.getJobCounts()).waiting, 100);
    },
    'work jobs': async () => {
      const events = open(new QueueEvents('work', { connection: connection(), prefix }));
      await events.waitUntilReady();
      const done = new Map();
      events.on('completed', ({ jobId, returnvalue }) => done.set(jobId, returnvalue));
      const doubling = worker('work', async (job) => job.data.i * 2, { concurrency: 10 });
      await until(() => done.size === 100);
      assert.strictEqual([...done.values()].reduce((a, b) => a + Number(b), 0), 9900);
      // A worker that waits on an empty queue takes what comes.
      const job = await queue.add('double', { i: 21 });
      assert.strictEqual(await job.waitUntilFinished(events), 42);
      await doubling.close();
      await events.close();
    },
    'retries and delays': async () => {
      const retried = open(new Queue('retry', { connection: connection(), prefix }));
      let attempts = 0;
      const failing = worker('retry', async () => {
        if (++attempts < 3) throw new Error('not yet');
        return 'done';
      });
      const job = await retried.add('x', {}, { attempts: 3, delay: 100, backoff: { type: 'fixed', delay: 100 } });
      await until(() => job.getState().then((state) => state === 'completed'));
      assert.strictEqual(attempts, 3);
      await failing.close();
      await retried.close();
    },
    flows: async () => {
      const seen = [];
      const working = worker('flow', async (job) => {
        seen.push(job.name);
        return Object.values(await job.getChildrenValues()).length;
      });
      const flow = open(new FlowProducer({ connection: connection(), prefix }));
      const tree = await flow.add({
        name: 'parent', queueName: 'flow', children: [{ name: 'child', queueName: 'flow' }, { name: 'child', queueName: 'flow' }],
      });
      await until(() => tree.job.getState().then((state) => state === 'completed'));
      assert.deepStrictEqual(seen, ['child', 'child', 'parent']);
      await working.close();
      await flow.close();
    },
    obliterate: async () => {
      await queue.obliterate({ force: true });
      assert.strictEqual((await queue.getJobCounts()).completed, 0);
      await queue.close();
      opened.forEach((redis) => redis.disconnect());
    },
  };
}

(async () => {
  for (const kind of Object.keys(mode)) await run('BullMQ', version, kind, steps(kind));
  process.exit(0);
})();
