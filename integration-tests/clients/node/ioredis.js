// ioredis over TLS: a single connection and Cluster. The argument is the name that it is installed under.
'use strict';

const { port, ca, prefixOf, run, until, installed, assert } = require('./job');

const library = process.argv[2] || 'ioredis';
const Redis = require(library);
const version = installed(library);
const tls = { ca };
const mode = {
  single: (options = {}) => new Redis({ host: 'localhost', port, tls, ...options }),
  cluster: (options = {}) =>
    new Redis.Cluster([{ host: 'localhost', port }], { redisOptions: { tls }, ...options }),
};

function steps(kind) {
  const open = (options) => {
    const redis = mode[kind](options);
    redis.on('error', () => {});
    return redis;
  };
  const prefix = prefixOf(kind);
  const names = (count, what) => Array.from({ length: count }, (_, i) => `${prefix}${what}:${i}`);
  let redis;
  const other = async (job) => {
    const more = open();
    try {
      return await job(more);
    } finally {
      more.disconnect();
    }
  };
  return {
    connect: async () => {
      redis = open();
      assert.strictEqual(await redis.ping(), 'PONG');
    },
    strings: async () => {
      const key = `${prefix}string`;
      assert.strictEqual(await redis.set(key, 'héllo', 'EX', 100), 'OK');
      assert.strictEqual(await redis.get(key), 'héllo');
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      await redis.set(`${key}:bytes`, bytes);
      assert.deepStrictEqual(await redis.getBuffer(`${key}:bytes`), bytes);
      assert.strictEqual(await redis.incrby(`${key}:n`, 41) + 1, 42);
      await assert.rejects(redis.incr(key), /ERR value is not an integer/);
      assert.strictEqual(await redis.get(`${key}:none`), null);
    },
    hashes: async () => {
      const key = `${prefix}hash`;
      assert.strictEqual(await redis.hset(key, { a: '1', b: '2' }), 2);
      assert.deepStrictEqual(await redis.hgetall(key), { a: '1', b: '2' });
      await assert.rejects(redis.get(key), /WRONGTYPE/);
    },
    pipeline: async () => {
      // In cluster mode ioredis wants all keys of a pipeline with one owner: one virtual shard is that for any keys.
      const keys = names(500, 'pipe');
      const pipeline = redis.pipeline();
      keys.forEach((key, i) => pipeline.set(key, `v${i}`));
      keys.forEach((key) => pipeline.get(key));
      const got = await pipeline.exec();
      assert.deepStrictEqual(got.slice(500).map(([e, v]) => e || v), keys.map((_, i) => `v${i}`));
    },
    'auto-pipelining': async () => {
      const many = open({ enableAutoPipelining: true });
      try {
        const keys = names(500, 'auto');
        await Promise.all(keys.map((key, i) => many.set(key, `v${i}`)));
        assert.deepStrictEqual(await Promise.all(keys.map((key) => many.get(key))), keys.map((_, i) => `v${i}`));
      } finally {
        many.disconnect();
      }
    },
    'cross-slot': async () => {
      const keys = names(100, 'cross');
      await redis.mset(Object.fromEntries(keys.map((key, i) => [key, String(i)])));
      assert.deepStrictEqual(await redis.mget([...keys, `${prefix}none`]), [...keys.map((_, i) => String(i)), null]);
      assert.strictEqual(await redis.exists(keys), 100);
      assert.strictEqual(await redis.del(keys), 100);
    },
    scan: async () => {
      const keys = names(300, 'scan');
      await Promise.all(keys.map((key) => redis.set(key, '')));
      const node = kind === 'cluster' ? redis.nodes('master')[0] : redis;
      const seen = new Set();
      for await (const page of node.scanStream({ match: `${prefix}scan:*`, count: 50 })) page.forEach((k) => seen.add(k));
      assert.deepStrictEqual([...seen].sort(), keys.sort());
    },
    transactions: async () => {
      const key = `${prefix}multi`;
      const got = await redis.multi().set(key, '1').incr(key).hset(key, 'a', 'b').get(key).exec();
      assert.deepStrictEqual(got.map(([e, v]) => (e ? e.message.split(' ')[0] : v)), ['OK', 2, 'WRONGTYPE', '2']);
      const watching = open();
      try {
        await watching.watch(key);
        await redis.set(key, 'changed');
        assert.strictEqual(await watching.multi().set(key, 'lost').exec(), null);
        assert.strictEqual(await redis.get(key), 'changed');
      } finally {
        watching.disconnect();
      }
    },
    blocking: async () => {
      const key = `${prefix}list`;
      await other(async (blocked) => {
        await blocked.ping();
        const popped = blocked.blpop(key, 10);
        await redis.rpush(key, 'element');
        assert.deepStrictEqual(await popped, [key, 'element']);
        assert.strictEqual(await blocked.blpop(key, 0.1), null);
        const stream = `${prefix}stream`;
        const read = blocked.xread('BLOCK', 10000, 'STREAMS', stream, '0');
        await redis.xadd(stream, '1-1', 'f', 'v');
        assert.deepStrictEqual(await read, [[stream, [['1-1', ['f', 'v']]]]]);
      });
    },
    'pub/sub': async () => {
      await other(async (subscriber) => {
        const heard = [];
        subscriber.on('message', (channel, message) => heard.push([channel, message]));
        subscriber.on('pmessage', (pattern, channel, message) => heard.push([pattern, channel, message]));
        assert.strictEqual(await subscriber.subscribe(`${prefix}news`), 1);
        assert.strictEqual(await subscriber.psubscribe(`${prefix}ne?s.*`), 2);
        await redis.publish(`${prefix}news`, 'first');
        await redis.publish(`${prefix}news.more`, 'second');
        await until(() => heard.length >= 2);
        assert.deepStrictEqual(heard, [
          [`${prefix}news`, 'first'],
          [`${prefix}ne?s.*`, `${prefix}news.more`, 'second'],
        ]);
        await subscriber.unsubscribe(`${prefix}news`);
      });
    },
    scripts: async () => {
      const key = `${prefix}script`;
      redis.defineCommand('addTo', { numberOfKeys: 1, lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])" });
      assert.strictEqual(await redis.addTo(key, 40), 40);
      assert.strictEqual(await redis.addTo(key, 2), 42);
      assert.strictEqual(await redis.eval('return ARGV[1]', 0, 'keyless'), 'keyless');
      const sha = await redis.script('load', "return redis.call('GET', KEYS[1])");
      for (const each of names(20, 'sha')) {
        await redis.set(each, each);
        assert.strictEqual(await redis.evalsha(sha, 1, each), each);
      }
    },
    reconnect: async () => {
      const key = `${prefix}again`;
      await redis.set(key, 'there');
      const node = kind === 'cluster' ? redis.nodes('master')[0] : redis;
      const closed = new Promise((resolve) => node.once('close', resolve));
      node.stream.destroy();
      await closed;
      assert.strictEqual(await redis.get(key), 'there');
    },
    close: async () => {
      assert.strictEqual(await redis.quit(), 'OK');
    },
  };
}

(async () => {
  for (const kind of Object.keys(mode)) await run('ioredis', version, kind, steps(kind));
  process.exit(0);
})();
