"""redis-py over TLS: Redis (RESP2 and RESP3) and RedisCluster; with the parser of hiredis where that is installed."""
import hashlib
import os
import threading

import redis
from job import CA, PATIENCE, PORT, raises, run, same, until
from redis.exceptions import ResponseError

SOCKET = dict(host="localhost", port=PORT, ssl=True, ssl_ca_certs=CA, decode_responses=True, socket_timeout=PATIENCE)
MODES = {
    "single": lambda: redis.Redis(protocol=2, **SOCKET),
    "single RESP3": lambda: redis.Redis(protocol=3, **SOCKET),
    "cluster": lambda: redis.RedisCluster(protocol=2, **SOCKET),
    "cluster RESP3": lambda: redis.RedisCluster(protocol=3, **SOCKET),
}


def steps(mode):
    prefix = f"redis-py:{mode}:{os.getpid()}:"
    cluster = mode.startswith("cluster")
    client = MODES[mode]()

    def names(count, what):
        return [f"{prefix}{what}:{i}" for i in range(count)]

    def connect():
        same(client.ping(), True)

    def strings():
        key = prefix + "string"
        same(client.set(key, "héllo", ex=100), True)
        same(client.get(key), "héllo")
        same(client.incrby(key + ":n", 42), 42)
        raises(ResponseError, "value is not an integer", lambda: client.incr(key))
        same(client.get(key + ":none"), None)

    def hashes():
        key = prefix + "hash"
        same(client.hset(key, mapping={"a": "1", "b": "2"}), 2)
        same(client.hgetall(key), {"a": "1", "b": "2"})
        raises(ResponseError, "WRONGTYPE", lambda: client.get(key))
        client.zadd(key + ":z", {"m": 1.5})
        same(client.zscore(key + ":z", "m"), 1.5)

    def pipeline():
        keys = names(500, "pipe")
        pipe = client.pipeline(transaction=False)
        for key in keys:
            pipe.set(key, key)
        for key in keys:
            pipe.get(key)
        same(pipe.execute()[500:], keys)

    def cross_slot():
        keys = names(100, "cross")
        # RedisCluster refuses keys of different slots before it asks anyone; these forms of its own split by slot.
        if cluster:
            client.mset_nonatomic({key: key for key in keys})
            same(client.mget_nonatomic(keys + [prefix + "none"]), keys + [None])
        else:
            client.mset({key: key for key in keys})
            same(client.mget(keys + [prefix + "none"]), keys + [None])
        same(client.exists(*keys), 100)
        same(client.delete(*keys), 100)

    def scan():
        keys = names(300, "scan")
        for key in keys:
            client.set(key, "")
        same(sorted(set(client.scan_iter(match=prefix + "scan:*", count=50))), sorted(keys))

    def transactions():
        key = f"{{{prefix}}}multi"
        pipe = client.pipeline(transaction=True)
        pipe.set(key, 1).incr(key).get(key)
        same([str(each) for each in pipe.execute()][1:], ["2", "2"])  # RedisCluster leaves the OK as it is
        with client.pipeline(transaction=True) as pipe:
            pipe.watch(key)
            client.set(key, "changed")
            pipe.multi()
            pipe.set(key, "lost")
            raises(redis.WatchError, "", pipe.execute)
        same(client.get(key), "changed")

    def blocking():
        key = prefix + "list"
        timer = threading.Timer(0.1, lambda: client.rpush(key, "element"))
        timer.start()
        same(tuple(client.blpop(key, 10)), (key, "element"))
        timer.join()
        same(client.blpop(key, 0.1), None)

    def pub_sub():
        subscriber = client.pubsub()
        subscriber.subscribe(prefix + "news")
        subscriber.psubscribe(prefix + "ne?s.*")
        heard = [until(lambda: subscriber.get_message(timeout=1)) for _ in range(2)]
        same([m["type"] for m in heard], ["subscribe", "psubscribe"])
        client.publish(prefix + "news", "first")
        client.publish(prefix + "news.more", "second")
        heard = [until(lambda: subscriber.get_message(timeout=1)) for _ in range(2)]
        same([(m["type"], m["data"]) for m in heard], [("message", "first"), ("pmessage", "second")])
        subscriber.close()

    def scripts():
        key = prefix + "script"
        client.set(key, "v")
        script = "return redis.call('GET', KEYS[1])"
        same(client.script_load(script), hashlib.sha1(script.encode()).hexdigest())
        same(client.script_exists(hashlib.sha1(script.encode()).hexdigest()), [True])
        same(client.evalsha(hashlib.sha1(script.encode()).hexdigest(), 1, key), "v")
        if not cluster:  # RedisCluster refuses scripts of register_script in other ways than by EVALSHA
            same(client.register_script("return ARGV[1]")(args=["keyless"]), "keyless")

    def locks():
        with client.lock(prefix + "lock", timeout=10):
            same(client.lock(prefix + "lock").acquire(blocking=False), False)
        same(client.exists(prefix + "lock"), 0)

    def reconnect():
        client.set(prefix + "again", "there")
        same(client.get(prefix + "again"), "there")
        if cluster:
            client.disconnect_connection_pools()
        else:
            client.client_kill_filter(_id=client.client_id(), skipme=False)
        same(until(lambda: _get(prefix + "again")), "there")

    def _get(key):
        try:
            return client.get(key)
        except redis.ConnectionError:
            return None

    return {"connect": connect, "strings": strings, "hashes": hashes, "pipeline": pipeline, "cross-slot": cross_slot,
            "scan": scan, "transactions": transactions, "blocking": blocking, "pub/sub": pub_sub, "scripts": scripts,
            "locks": locks, "reconnect": reconnect}


def main():
    version = redis.__version__
    try:
        import hiredis
        version += f" (hiredis {hiredis.__version__})"
    except ImportError:
        pass
    for mode in MODES:
        try:
            made = steps(mode)
        except Exception as e:
            error = e
            made = {"connect": lambda: (_ for _ in ()).throw(error)}
        run("redis-py", version, mode, made)


main()
