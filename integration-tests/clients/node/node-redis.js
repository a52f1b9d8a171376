// node-redis over TLS: a single connection (RESP2 and RESP3) and its cluster client.
'use strict';

const { createClient, createCluster } = require('redis');
const { port, ca, prefixOf, run, until, installed, assert } = require('./job');

const version = installed('redis');
const socket = { tls: true, ca, host: 'localhost', port };
const mode = {
  single: () => createClient({ socket, RESP: 2 }),
  'single RESP3': () => createClient({ socket, RESP: 3 }),
  cluster: () => createCluster({ rootNodes: [{ socket }], defaults: { socket: { tls: true, ca } } }),
};

function steps(kind) {
  const prefix = prefixOf(kind);
  const names = (count, what) => Array.from({ length: count }, (_, i) => `${prefix}${what}:${i}`);
  const open = async () => {
    const client = mode[kind]();
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const other = async (job) => {
    const more = await open();
    try {
      return await job(more);
    } finally {
      more.destroy();
    }
  };
  let redis;
  return {
    connect: async () => {
      redis = await open();
      assert.strictEqual(await redis.set(`${prefix}connected`, 'yes'), 'OK');
    },
    strings: async () => {
      const key = `${prefix}string`;
      assert.strictEqual(await redis.set(key, 'héllo', { EX: 100 }), 'OK');
      assert.strictEqual(await redis.get(key), 'héllo');
      assert.strictEqual(await redis.incrBy(`${key}:n`, 42), 42);
      await assert.rejects(redis.incr(key), /ERR value is not an integer/);
      assert.strictEqual(await redis.get(`${key}:none`), null);
    },
    hashes: async () => {
      const key = `${prefix}hash`;
      assert.strictEqual(await redis.hSet(key, { a: '1', b: '2' }), 2);
      assert.deepStrictEqual({ ...(await redis.hGetAll(key)) }, { a: '1', b: '2' });
      await assert.rejects(redis.get(key), /WRONGTYPE/);
      await redis.zAdd(`${key}:z`, [{ score: 1.5, value: 'm' }]);
      assert.strictEqual(await redis.zScore(`${key}:z`, 'm'), 1.5);
    },
    pipeline: async () => {
      const keys = names(500, 'pipe');
      await Promise.all(keys.map((key, i) => redis.set(key, `v${i}`)));
      assert.deepStrictEqual(await Promise.all(keys.map((key) => redis.get(key))), keys.map((_, i) => `v${i}`));
    },
    'cross-slot': async () => {
      const keys = names(100, 'cross');
      await redis.mSet(keys.map((key, i) => [key, String(i)]));
      assert.deepStrictEqual(await redis.mGet([...keys, `${prefix}none`]), [...keys.map((_, i) => String(i)), null]);
      assert.strictEqual(await redis.del(keys), 100);
    },
    scan: async () => {
      const keys = names(300, 'scan');
      await Promise.all(keys.map((key) => redis.set(key, '')));
      const node = kind === 'cluster' ? await redis.nodeClient(redis.masters[0]) : redis;
      const seen = new Set();
      for await (const page of node.scanIterator({ MATCH: `${prefix}scan:*`, COUNT: 50 })) page.forEach((k) => seen.add(k));
      assert.deepStrictEqual([...seen].sort(), keys.sort());
    },
    transactions: async () => {
      const key = `${prefix}multi`;
      assert.deepStrictEqual(await redis.multi().set(key, '1').incr(key).get(key).exec(), ['OK', 2, '2']);
    },
    blocking: async () => {
      const key = `${prefix}list`;
      await other(async (blocked) => {
        const popped = blocked.blPop(key, 10);
        await redis.rPush(key, 'element');
        assert.deepStrictEqual({ ...(await popped) }, { key, element: 'element' });
        assert.strictEqual(await blocked.blPop(key, 0.1), null);
      });
    },
    'pub/sub': async () => {
      await other(async (subscriber) => {
        const heard = [];
        await subscriber.subscribe(`${prefix}news`, (message, channel) => heard.push([channel, message]));
        await subscriber.pSubscribe(`${prefix}ne?s.*`, (message, channel) => heard.push([channel, message]));
        await redis.publish(`${prefix}news`, 'first');
        await redis.publish(`${prefix}news.more`, 'second');
        await until(() => heard.length >= 2);
        assert.deepStrictEqual(heard, [[`${prefix}news`, 'first'], [`${prefix}news.more`, 'second']]);
      });
    },
    'sharded pub/sub': async () => {
      await other(async (subscriber) => {
        const heard = [];
        await subscriber.sSubscribe(`${prefix}shard`, (message, channel) => heard.push([channel, message]));
        await redis.sPublish(`${prefix}shard`, 'first');
        await until(() => heard.length >= 1);
        assert.deepStrictEqual(heard, [[`${prefix}shard`, 'first']]);
      });
    },
    scripts: async () => {
      const key = `${prefix}script`;
      await redis.set(key, 'v');
      const script = "return redis.call('GET', KEYS[1])";
      assert.strictEqual(await redis.eval(script, { keys: [key], arguments: [] }), 'v');
      const sha = require('crypto').createHash('sha1').update(script).digest('hex');
      assert.strictEqual(await redis.evalSha(sha, { keys: [key], arguments: [] }), 'v');
    },
    reconnect: async () => {
      const key = `${prefix}again`;
      await redis.set(key, 'there');
      if (kind === 'cluster') {
        for (const node of redis.masters) (await redis.nodeClient(node)).destroy();
        await redis.close().catch(() => {});
        redis = await open();
      } else {
        const id = await redis.clientId();
        await other((killer) => killer.sendCommand(['CLIENT', 'KILL', 'ID', String(id)]));
        await until(() => redis.get(key).then((v) => v === 'there', () => false));
        assert.notStrictEqual(await redis.clientId(), id);
      }
      assert.strictEqual(await redis.get(key), 'there');
    },
    close: async () => {
      await redis.close();
    },
  };
}

(async () => {
  for (const kind of Object.keys(mode)) await run('node-redis', version, kind, steps(kind));
  process.exit(0);
})();
