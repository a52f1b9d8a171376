# redis (Ruby) over TLS: a single connection and cluster.
require_relative "job"
require "redis"

modes = {
  "single" => -> { Redis.new(host: "localhost", port: PORT, timeout: PATIENCE, **TLS) },
  "cluster" => -> { Redis.new(cluster: ["rediss://localhost:#{PORT}"], timeout: PATIENCE, **TLS) },
}

modes.each do |mode, open|
  prefix = "ruby:#{mode}:#{Process.pid}:"
  names = ->(count, what) { (0...count).map { |i| "#{prefix}#{what}:#{i}" } }
  redis = nil
  steps = {
    "connect" => lambda {
      redis = open.call
      same(redis.ping, "PONG")
    },
    "strings" => lambda {
      same(redis.set("#{prefix}s", "héllo", ex: 100), "OK")
      same(redis.get("#{prefix}s"), "héllo")
      same(redis.incrby("#{prefix}n", 42), 42)
      begin
        redis.incr("#{prefix}s")
        raise "no error"
      rescue Redis::CommandError => e
        same(e.message, "ERR value is not an integer or out of range")
      end
    },
    "hashes" => lambda {
      redis.mapped_hmset("#{prefix}h", "a" => "1", "b" => "2")
      same(redis.hgetall("#{prefix}h"), { "a" => "1", "b" => "2" })
    },
    "pipeline" => lambda {
      keys = names.call(500, "pipe")
      same(redis.pipelined { |p| keys.each { |key| p.set(key, key) } }.uniq, ["OK"])
      same(redis.pipelined { |p| keys.each { |key| p.get(key) } }, keys)
    },
    "cross-slot" => lambda {
      keys = names.call(100, "cross")
      if mode == "single" # in cluster mode this library finds one node by the first key, and refuses other slots itself
        redis.mset(*keys.flat_map { |key| [key, key] })
        same(redis.mget(*keys, "#{prefix}none"), keys + [nil])
      else
        keys.each { |key| redis.set(key, key) }
      end
      same(redis.del(*keys), 100)
    },
    "scan" => lambda {
      keys = names.call(300, "scan")
      keys.each { |key| redis.set(key, "") }
      same(redis.scan_each(match: "#{prefix}scan:*", count: 50).to_a.uniq.sort, keys.sort)
    },
    "transactions" => lambda {
      key = "#{prefix}multi"
      same(redis.multi { |t| t.set(key, 1); t.incr(key); t.get(key) }, ["OK", 2, "2"])
    },
    "watch" => lambda {
      key = "#{prefix}watch"
      other = open.call
      if mode == "single"
        lost = redis.watch(key) { other.set(key, "changed"); redis.multi { |t| t.set(key, "lost") } }
        same(lost, nil)
      end
      other.close
    },
    "blocking" => lambda {
      key = "#{prefix}list"
      pusher = Thread.new { other = open.call; sleep 0.1; other.rpush(key, "element"); other.close }
      same(redis.blpop(key, timeout: 10), [key, "element"])
      pusher.join
      same(redis.blpop(key, timeout: 1), nil)
    },
    "pub/sub" => lambda {
      heard = []
      subscriber = open.call
      subscriber.subscribe("#{prefix}news") do |on|
        on.subscribe { redis.publish("#{prefix}news", "first") }
        on.message do |_, message|
          heard << message
          subscriber.unsubscribe
        end
      end
      same(heard, ["first"])
      subscriber.close
    },
    "scripts" => lambda {
      redis.set("#{prefix}x", "v")
      sha = redis.script(:load, "return redis.call('GET', KEYS[1])")
      sha = sha.first if sha.is_a?(Array)
      same(redis.evalsha(sha, ["#{prefix}x"]), "v")
      same(redis.eval("return KEYS[1]", ["#{prefix}x"]), "#{prefix}x")
    },
    "reconnect" => lambda {
      id = redis.call([:client, :id]) if mode == "single"
      open.call.call([:client, :kill, :id, id.to_s]) if id
      redis.close unless id
      wait_until { begin; redis.get("#{prefix}x") == "v"; rescue Redis::BaseConnectionError; false; end }
    },
  }
  run("redis (Ruby)", Redis::VERSION, mode, steps)
end
