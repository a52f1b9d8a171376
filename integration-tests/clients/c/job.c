/* hiredis: commands, a pipeline, errors, RESP3; over TLS where its version knows it, else without. */
#include <hiredis/hiredis.h>
#if __has_include(<hiredis/hiredis_ssl.h>)
#include <hiredis/hiredis_ssl.h>
#define WITH_TLS 1
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char version[32];
static char failure[512];
static redisContext *redis;
static const char *mode;

static int fail(const char *what) {
    snprintf(failure, sizeof failure, "%s", what);
    return 0;
}

/* Whether the reply is the text (or, of an integer, the number in it). */
static int same(redisReply *reply, const char *expected) {
    char got[512];
    if (reply == NULL) return fail(redis->errstr);
    if (reply->type == REDIS_REPLY_INTEGER) snprintf(got, sizeof got, "%lld", reply->integer);
    else snprintf(got, sizeof got, "%s", reply->str == NULL ? "(nil)" : reply->str);
    freeReplyObject(reply);
    return strcmp(got, expected) == 0 || fail(got);
}

static int connect_to_it(void) {
#ifdef WITH_TLS
    redisSSLContextError error = REDIS_SSL_CTX_NONE;
    redisInitOpenSSL();
    redisSSLContext *tls = redisCreateSSLContext(getenv("SLOTGATE_CA"), NULL, NULL, NULL, "localhost", &error);
    redis = redisConnect("localhost", atoi(getenv("SLOTGATE_PORT")));
    if (redis == NULL || redis->err) return fail("no connection");
    if (tls == NULL || redisInitiateSSLWithContext(redis, tls) != REDIS_OK) return fail(redis->errstr);
#else
    redis = redisConnect("localhost", atoi(getenv("SLOTGATE_PLAIN_PORT")));
    if (redis == NULL || redis->err) return fail("no connection");
#endif
    struct timeval patience = {20, 0};
    redisSetTimeout(redis, patience);
    return same(redisCommand(redis, "PING"), "PONG");
}

static int strings(void) {
    return same(redisCommand(redis, "SET hiredis:%d:s %b", getpid(), "a\0b", (size_t) 3), "OK")
        && same(redisCommand(redis, "STRLEN hiredis:%d:s", getpid()), "3")
        && same(redisCommand(redis, "INCR hiredis:%d:s", getpid()), "ERR value is not an integer or out of range")
        && same(redisCommand(redis, "GET hiredis:%d:none", getpid()), "(nil)");
}

static int pipeline(void) {
    char text[32];
    redisReply *reply;
    for (int i = 0; i < 5000; i++) redisAppendCommand(redis, "SET hiredis:%d:p:%d %d", getpid(), i, i);
    for (int i = 0; i < 5000; i++) redisAppendCommand(redis, "GET hiredis:%d:p:%d", getpid(), i);
    for (int i = 0; i < 10000; i++) {
        if (redisGetReply(redis, (void **) &reply) != REDIS_OK) return fail(redis->errstr);
        snprintf(text, sizeof text, "%d", i - 5000);
        if (!same(reply, i < 5000 ? "OK" : text)) return 0;
    }
    return 1;
}

static int cross_slot(void) {
    int p = getpid();
    return same(redisCommand(redis, "MSET h%d:a 1 h%d:b 2 h%d:c 3", p, p, p), "OK")
        && same(redisCommand(redis, "DEL h%d:a h%d:b h%d:c h%d:d", p, p, p, p), "3");
}

#ifdef REDIS_REPLY_MAP
static int resp3(void) {
    redisReply *reply = redisCommand(redis, "HELLO 3");
    if (reply == NULL || reply->type != REDIS_REPLY_MAP) return fail("HELLO 3 is not answered by a map");
    freeReplyObject(reply);
    freeReplyObject(redisCommand(redis, "HSET hiredis:%d:h f v", getpid()));
    reply = redisCommand(redis, "HGETALL hiredis:%d:h", getpid());
    int type = reply == NULL ? 0 : reply->type;
    freeReplyObject(reply);
    return type == REDIS_REPLY_MAP || fail("HGETALL is not answered by a map");
}

#endif

static int transaction(void) {
    int p = getpid();
    if (!same(redisCommand(redis, "MULTI"), "OK") || !same(redisCommand(redis, "SET hm%d 41", p), "QUEUED")
            || !same(redisCommand(redis, "INCR hm%d", p), "QUEUED")) return 0;
    redisReply *reply = redisCommand(redis, "EXEC");
    int right = reply != NULL && reply->elements == 2 && reply->element[1]->integer == 42;
    freeReplyObject(reply);
    return right || fail("EXEC is answered otherwise");
}

static int blocking(void) {
    return same(redisCommand(redis, "RPUSH hl%d e", getpid()), "1")
        && same(redisCommand(redis, "BLMOVE hl%d hl%d LEFT RIGHT 5", getpid(), getpid()), "e");
}

static void step(const char *what, int (*run)(void)) {
    int right = run();
    printf("RESULT\thiredis\t%s\t%s\t%s\t%s%s%s\n", version, mode, what, right ? "ok" : "FAILED", right ? "" : "\t",
        right ? "" : failure);
    fflush(stdout);
}

int main(void) {
    snprintf(version, sizeof version, "%d.%d.%d", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
#ifdef WITH_TLS
    const char *usual = "single";
#else
    const char *usual = "single, without TLS";
#endif
    mode = usual;
    step("connect", connect_to_it);
    if (redis == NULL || redis->err) return 1;
    step("strings", strings);
    step("pipeline", pipeline);
    step("cross-slot", cross_slot);
#ifdef REDIS_REPLY_MAP
    mode = "single RESP3";
    step("HELLO 3", resp3);
    mode = usual;
#endif
    step("transactions", transaction);
    step("blocking", blocking);
    return 0;
}
