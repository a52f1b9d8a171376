package io.slotgate.it;

/**
 * The forms of commands that {@link RandomCommands} fills in, one a line.
 *
 * <p>A form is the words of a command. In it stand: {@code s b h l e z x g} for a key that holds a string, bits, hash, list, set,
 * sorted set, stream or places; {@code k} for a key of any type, {@code v} for a value, {@code m} for a field or member, {@code i}
 * for a number, {@code n} for a small count, {@code f} for a decimal number, {@code o} for the end of a range of scores,
 * {@code d} for an id in a stream, {@code c} for the consumer of a group. {@code a|b} is one of them, a {@code ?} behind a word
 * stands for maybe, {@code *} for one to four times (words joined by {@code +} are repeated together).
 */
final class CommandForms {
    /** What needs nothing but its own command. */
    static final String DATA = """
            SET s v
            SET s v NX|XX|GET|KEEPTTL
            SET s v EX 1000
            SET s v EX -5|0|abc
            SETNX s v
            GET s
            GETDEL s
            GETEX s PERSIST?
            GETEX s EX 1000
            GETSET s v
            GETRANGE s i i
            SUBSTR s i i
            SETRANGE s n v
            STRLEN s
            APPEND s v
            INCR s
            DECR s
            INCRBY s i
            DECRBY s i
            INCRBYFLOAT s f
            MGET s*
            MSET s+v*
            MSETNX s+v*
            LCS s s LEN|IDX?
            SETEX s 1000 v
            PSETEX s 1000000 v
            SETBIT b n 0|1
            GETBIT b n
            BITCOUNT b
            BITCOUNT b i i BIT|BYTE
            BITPOS b 0|1 i?
            BITOP AND|OR|XOR|NOT b b*
            BITFIELD b SET u8 n n GET i8 n
            BITFIELD b OVERFLOW SAT|FAIL|WRAP INCRBY i4 n i
            BITFIELD_RO b GET u4 n
            PFADD b m*
            PFCOUNT b*
            PFMERGE b b*
            HSET h m+v*
            HSETNX h m v
            HMSET h m+v*
            HGET h m
            HMGET h m*
            HDEL h m*
            HLEN h
            HEXISTS h m
            HSTRLEN h m
            HINCRBY h m i
            HINCRBYFLOAT h m f
            HGETALL h
            HKEYS h
            HVALS h
            HSCAN h 0 COUNT 1000
            HRANDFIELD none{1}
            LPUSH l v*
            RPUSH l v*
            LPUSHX l v*
            RPUSHX l v
            LPOP l
            RPOP l n?
            LLEN l
            LRANGE l i i
            LINDEX l i
            LSET l i v
            LINSERT l BEFORE|AFTER v v
            LREM l i v
            LTRIM l 0 20
            LPOS l v
            LPOS l v RANK 1 COUNT n
            LMOVE l l LEFT|RIGHT LEFT|RIGHT
            RPOPLPUSH l l
            LMPOP 2 l l LEFT|RIGHT
            LMPOP 1 l LEFT COUNT n
            SADD e m*
            SREM e m*
            SCARD e
            SISMEMBER e m
            SMISMEMBER e m*
            SMEMBERS e
            SMOVE e e m
            SINTER e*
            SUNION e*
            SDIFF e*
            SINTERSTORE e e*
            SUNIONSTORE e e*
            SDIFFSTORE e e*
            SINTERCARD 2 e e
            SINTERCARD 2 e e LIMIT n
            SSCAN e 0 COUNT 1000
            SRANDMEMBER none{1}
            SPOP none{1}
            ZADD z f+m*
            ZADD z NX|XX|GT|LT CH? f m
            ZADD z INCR f m
            ZREM z m*
            ZCARD z
            ZSCORE z m
            ZMSCORE z m*
            ZINCRBY z f m
            ZRANK z m WITHSCORE?
            ZREVRANK z m
            ZCOUNT z o o
            ZLEXCOUNT z - +
            ZRANGE z i i WITHSCORES?
            ZRANGE z o o BYSCORE
            ZRANGE z o o BYSCORE LIMIT n n
            ZRANGE z i i REV WITHSCORES
            ZREVRANGE z i i
            ZRANGEBYSCORE z o o WITHSCORES?
            ZREVRANGEBYSCORE z o o
            ZRANGEBYLEX z - +
            ZREVRANGEBYLEX z + -
            ZRANGESTORE z z i i
            ZREMRANGEBYRANK z 5 i
            ZREMRANGEBYSCORE z o o
            ZPOPMIN z
            ZPOPMAX z n
            ZMPOP 2 z z MIN|MAX
            ZUNION 2 z z WITHSCORES?
            ZUNION 2 z e WEIGHTS 2 f
            ZINTER 2 z z AGGREGATE MAX|MIN|SUM
            ZDIFF 2 z z
            ZINTERCARD 2 z z
            ZUNIONSTORE z 2 z z
            ZINTERSTORE z 2 z e
            ZDIFFSTORE z 2 z z
            ZSCAN z 0 COUNT 1000
            ZRANDMEMBER none{1}
            GEOADD g 13.361389 38.115556 m
            GEOADD g 15.087269 37.502669 m
            GEODIST g m m km?
            GEOHASH g m*
            GEOPOS g m*
            GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHCOORD? WITHDIST?
            GEOSEARCHSTORE g g FROMLONLAT 15 37 BYBOX 400 400 km
            GEORADIUS g 15 37 200 km ASC
            GEORADIUS_RO g 15 37 200 km ASC WITHDIST?
            GEORADIUS g 15 37 200 km STORE z
            GEORADIUSBYMEMBER g m 200 km ASC
            GEORADIUSBYMEMBER_RO g m 200 km ASC WITHCOORD?
            XADD x d m+v*
            XADD x NOMKSTREAM d m v
            XADD x MAXLEN 10 d m v
            XLEN x
            XRANGE x - +
            XRANGE x d d COUNT n
            XREVRANGE x + - COUNT n
            XDEL x d
            XTRIM x MAXLEN 20
            XREAD COUNT n STREAMS x d
            XREAD STREAMS x x d d
            XREAD STREAMS x +
            XGROUP CREATE x group 0
            XGROUP CREATE x group d MKSTREAM
            XGROUP CREATECONSUMER x group c
            XGROUP DELCONSUMER x group c
            XGROUP DESTROY x none
            XGROUP SETID x group d
            XREADGROUP GROUP group c COUNT n STREAMS x >
            XREADGROUP GROUP group c STREAMS x 0
            XACK x group d
            XPENDING x group
            XCLAIM x group c 0 d JUSTID
            XCLAIM x group c 0 d
            XAUTOCLAIM x group c 0 0 COUNT n JUSTID
            XINFO STREAM x
            XINFO GROUPS x
            XSETID x 99999-1
            DEL k*
            UNLINK k*
            EXISTS k*
            TOUCH k*
            TYPE k
            OBJECT ENCODING k
            OBJECT REFCOUNT h
            OBJECT FREQ k
            OBJECT HELP
            RENAME k k
            RENAMENX k k
            COPY k k REPLACE?
            EXPIRE k 1000 NX|XX?
            PEXPIRE k 1000000
            EXPIREAT k 4000000000|4000000001 GT|LT?
            PEXPIREAT k 4000000000000
            EXPIRETIME k
            PEXPIRETIME k
            TTL k
            PTTL k
            PERSIST k
            SORT l ALPHA
            SORT l LIMIT 0 n ALPHA DESC
            SORT l ALPHA STORE l
            SORT_RO z ALPHA
            SORT l BY nosort_*
            EVAL "return_redis.call('GET',KEYS[1])" 1 s
            EVAL "return_{KEYS[1],ARGV[1],1,{2,'x'},{err='E_own'}}" 1 k v
            EVAL "return_redis.call('INCR',KEYS[1])" 1 s
            EVAL "return_redis.pcall('LPUSH',KEYS[1],ARGV[1])" 1 l v
            EVAL "redis.setresp(3)_return_redis.call('HGETALL',KEYS[1])" 1 s
            EVAL "return_redis.call('SET',KEYS[1],ARGV[1])" 2 s s v
            EVAL "return_ARGV[1]" 0 v
            EVAL "nonsense" 1 s
            EVAL_RO "return_redis.call('SET',KEYS[1],'x')" 1 s
            EVAL_RO "return_redis.call('TYPE',KEYS[1])" 1 k
            EVALSHA ffffffffffffffffffffffffffffffffffffffff 1 s
            EVALSHA_RO ffffffffffffffffffffffffffffffffffffffff 1 s
            FCALL none 1 s
            FCALL_RO none 1 s
            PING
            PING v
            ECHO v
            DBSIZE
            KEYS *
            PUBLISH v v
            SPUBLISH k v
            CLUSTER KEYSLOT k
            SCRIPT EXISTS ffffffffffffffffffffffffffffffffffffffff
            COMMAND GETKEYS SET k v
            COMMAND GETKEYS XREAD STREAMS x x 0 0
            NOSUCH k v
            CONFIG NOSUCH
            XINFO NOSUCH x
            OBJECT NOSUCH k
            """;

    /** What is about the session itself: transactions, and commands that may wait. */
    static final String SESSION = """
            MULTI
            MULTI
            EXEC
            EXEC
            DISCARD
            WATCH k*
            UNWATCH
            BLPOP l l 0.02
            BRPOP l 0.02
            BLMOVE l l LEFT|RIGHT LEFT|RIGHT 0.02
            BRPOPLPUSH l l 0.02
            BLMPOP 0.02 2 l l LEFT|RIGHT
            BZPOPMIN z z 0.02
            BZPOPMAX z 0.02
            BZMPOP 0.02 2 z z MIN|MAX
            XREAD BLOCK 20 STREAMS x d
            XREADGROUP GROUP group c BLOCK 20 STREAMS x >
            WAIT 0 0
            CLIENT GETNAME
            CLIENT SETNAME m
            CLIENT NO-TOUCH ON|OFF
            SELECT 0
            SELECT 1
            """;

    private CommandForms() {}
}
