<?php
// phpredis over TLS: Redis, RedisCluster, and its session handler (whose older versions read the CA from php.ini only).

$port = (int) getenv('SLOTGATE_PORT');
$ca = getenv('SLOTGATE_CA');
$patience = (float) (getenv('SLOTGATE_PATIENCE') ?: 20);
$context = ['cafile' => $ca, 'verify_peer' => true, 'verify_peer_name' => true];

function same($got, $expected) {
    if ($got !== $expected) {
        throw new Exception(json_encode($got) . ', expected ' . json_encode($expected));
    }
}

function tell($mode, $what, ...$result) {
    $row = ['RESULT', 'phpredis', phpversion('redis'), $mode, $what, ...$result];
    // Not echo: a session can't start after output.
    fwrite(STDOUT, implode("\t", preg_replace('/\s+/', ' ', $row)) . "\n");
}

function run($mode, $steps) {
    foreach ($steps as $what => $step) {
        try {
            $step();
            tell($mode, $what, 'ok');
        } catch (Throwable $e) {
            tell($mode, $what, 'FAILED', get_class($e) . ': ' . $e->getMessage());
            if ($what === 'connect') {
                return;
            }
        }
    }
}

$open = [
    'single' => function () use ($port, $context, $patience) {
        $redis = new Redis();
        $redis->connect('tls://localhost', $port, $patience, null, 0, $patience, ['stream' => $context]);
        return $redis;
    },
    'cluster' => fn () => new RedisCluster(null, ["localhost:$port"], $patience, $patience, false, null, $context),
];

foreach ($open as $mode => $connect) {
    $prefix = "php:$mode:" . getmypid() . ':';
    $names = fn ($count, $what) => array_map(fn ($i) => "$prefix$what:$i", range(0, $count - 1));
    $redis = null;
    run($mode, [
        'connect' => function () use (&$redis, $connect, $prefix) {
            $redis = $connect();
            same($redis->set("{$prefix}c", 'v'), true);
        },
        'strings' => function () use (&$redis, $prefix) {
            same($redis->setex("{$prefix}s", 100, 'héllo'), true);
            same($redis->get("{$prefix}s"), 'héllo');
            same($redis->incrBy("{$prefix}n", 42), 42);
            same($redis->get("{$prefix}none"), false);
            same($redis->incr("{$prefix}s"), false);
            same(trim($redis->getLastError(), "\0"), 'ERR value is not an integer or out of range');
        },
        'hashes' => function () use (&$redis, $prefix) {
            same($redis->hMSet("{$prefix}h", ['a' => '1', 'b' => '2']), true);
            same($redis->hGetAll("{$prefix}h"), ['a' => '1', 'b' => '2']);
        },
        'pipeline' => function () use (&$redis, $names, $mode) {
            $keys = $names(500, 'pipe');
            if ($mode === 'cluster') { // RedisCluster has no pipelines
                foreach ($keys as $key) {
                    $redis->set($key, $key);
                }
                return;
            }
            $redis->multi(Redis::PIPELINE);
            foreach ($keys as $key) {
                $redis->set($key, $key);
            }
            foreach ($keys as $key) {
                $redis->get($key);
            }
            same(array_slice($redis->exec(), 500), $keys);
        },
        'cross-slot' => function () use (&$redis, $names) {
            $keys = $names(100, 'cross');
            same($redis->mset(array_combine($keys, $keys)), true);
            same($redis->mget($keys), $keys);
            same($redis->del($keys), 100);
        },
        'scan' => function () use (&$redis, $names, $prefix, $mode) {
            $keys = $names(300, 'scan');
            foreach ($keys as $key) {
                $redis->set($key, '');
            }
            $seen = [];
            $redis->setOption(Redis::OPT_SCAN, Redis::SCAN_RETRY);
            foreach ($mode === 'cluster' ? $redis->_masters() : [null] as $node) {
                $cursor = null;
                while (($page = $node ? $redis->scan($cursor, $node, "{$prefix}scan:*", 50)
                        : $redis->scan($cursor, "{$prefix}scan:*", 50)) !== false) {
                    $seen = array_merge($seen, $page);
                }
            }
            $seen = array_values(array_unique($seen));
            sort($seen);
            sort($keys);
            same($seen, $keys);
        },
        'transactions' => function () use (&$redis, $prefix) {
            same($redis->multi()->set("{$prefix}m", '1')->incr("{$prefix}m")->get("{$prefix}m")->exec(), [true, 2, '2']);
        },
        'blocking' => function () use (&$redis, $connect, $prefix) {
            $connect()->rPush("{$prefix}l", 'element');
            same($redis->blPop(["{$prefix}l"], 5), ["{$prefix}l", 'element']);
            same($redis->blPop(["{$prefix}l"], 1), []);
        },
        'scripts' => function () use (&$redis, $prefix) {
            $redis->set("{$prefix}x", 'v');
            $script = "return redis.call('GET', KEYS[1])";
            same($redis->eval($script, ["{$prefix}x"], 1), 'v');
            same($redis->evalSha(sha1($script), ["{$prefix}x"], 1), 'v');
        },
    ]);
}

// One session handler after the other, as a web server's requests would use them.
$stream = http_build_query(['stream' => $context]);
$handlers = [
    'single' => ['redis', "tls://localhost:$port?timeout=$patience&$stream&prefix=php-session:"],
    'cluster' => ['rediscluster', "seed[]=localhost:$port&timeout=$patience&read_timeout=$patience&prefix=php-session:&"
        . $stream],
];
foreach ($handlers as $mode => [$handler, $path]) {
    run($mode, ['session handler' => function () use ($handler, $path, $mode) {
        ini_set('session.save_handler', $handler);
        ini_set('session.save_path', $path);
        ini_set('session.use_cookies', '0');
        ini_set('session.cache_limiter', '');
        ini_set('redis.session.locking_enabled', '1');
        $id = "test{$mode}" . getmypid();
        foreach ([1, 2, 3] as $visit) {
            session_id($id);
            same(session_start(), true);
            $_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
            same($_SESSION['visits'], $visit);
            session_write_close();
        }
        session_id($id);
        session_start();
        same(session_destroy(), true);
        session_id($id);
        session_start();
        same($_SESSION, []);
        session_write_close();
    }]);
}
