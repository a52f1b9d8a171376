package io.slotgate.it;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.event.connection.ReconnectAttemptEvent;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Programs as they are written with Lettuce and with Jedis' pool, each counting on keys of its own, so that a command which was
 * executed twice, or executed and not answered, shows.
 */
final class LibraryClients {
    private static final int SECONDS = 60;
    private static final int DEPTH = 8;

    private LibraryClients() {}

    /** A thread that goes round until it is ended; what it throws is a problem. */
    abstract static class Program implements AutoCloseable {
        final Queue<String> problems = new ConcurrentLinkedQueue<>();
        final AtomicLong commands = new AtomicLong();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Thread thread = Thread.ofPlatform().unstarted(this::run);

        private void run() {
            while (!ended.get()) {
                try {
                    round();
                } catch (Exception e) {
                    problems.add(e + ", because of " + e.getCause());
                    return;
                }
            }
        }

        abstract void round() throws Exception;

        void start() {
            thread.start();
        }

        /** Ends it, and looks whether the count is right. */
        void finish() throws Exception {
            ended.set(true);
            thread.join();
        }

        long commands() {
            return commands.get();
        }

        Queue<String> problems() {
            return problems;
        }

        @Override
        public abstract void close();
    }

    /** Lettuce, which sends again what was not answered when a connection ended: nothing of that may have been executed. */
    static final class Pipelining extends Program {
        private final StatefulRedisConnection<String, String> connection;
        private final String key;
        private long count;

        Pipelining(RedisClient client, String key) {
            this.connection = client.connect();
            this.key = key;
        }

        @Override
        void round() throws Exception {
            List<RedisFuture<Long>> replies = new ArrayList<>();
            for (int i = 0; i < DEPTH; i++) {
                replies.add(connection.async().incr(key));
            }
            for (RedisFuture<Long> reply : replies) {
                long answered = reply.get(SECONDS, TimeUnit.SECONDS);
                if (answered != ++count) {
                    problems.add(key + " is " + answered + " and should be " + count);
                    count = answered;
                }
                commands.incrementAndGet();
            }
            LockSupport.parkNanos(2_000_000);
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    /** Lettuce's publishing and listening: in order, none twice; those that were published while nobody listened are missing. */
    static final class Listening extends Program {
        private final StatefulRedisConnection<String, String> publisher;
        private final StatefulRedisPubSubConnection<String, String> subscriber;
        private final String channel;
        private final AtomicLong received = new AtomicLong();
        private volatile long last;
        private long published;

        Listening(RedisClient client, String channel) {
            this.channel = channel;
            this.publisher = client.connect();
            this.subscriber = client.connectPubSub();
            subscriber.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String from, String text) {
                    long number = Long.parseLong(text);
                    if (number <= last) {
                        problems.add(channel + ": " + number + " behind " + last);
                    }
                    last = number;
                    received.incrementAndGet();
                }
            });
            subscriber.sync().subscribe(channel);
        }

        @Override
        void round() throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
            publisher.async().publish(channel, Long.toString(++published)).get(SECONDS, TimeUnit.SECONDS);
            commands.incrementAndGet();
            LockSupport.parkNanos(2_000_000);
        }

        /** Whether the last message has come. */
        boolean caughtUp() {
            return last >= published;
        }

        /** Messages that were published and not received. */
        long missed() {
            return published - received.get();
        }

        @Override
        public void close() {
            subscriber.close();
            publisher.close();
        }
    }

    /**
     * Jedis' pool as it comes: a connection that ended while it lay in the pool, or between two commands, is found out by the
     * command that uses it next, which the program then repeats.
     */
    static final class Pooled extends Program {
        private final JedisPooled pool;
        private final String key;
        private final long pauseNanos;
        private long count;
        private final AtomicLong closed = new AtomicLong();

        Pooled(JedisPooled pool, String key, long pauseNanos) {
            this.pool = pool;
            this.key = key;
            this.pauseNanos = pauseNanos;
        }

        @Override
        void round() {
            try {
                long answered = count % 4 == 3 ? inTransaction() : pool.incr(key);
                commands.incrementAndGet();
                if (answered != ++count) {
                    problems.add(key + " is " + answered + " and should be " + count);
                    count = answered;
                }
            } catch (JedisConnectionException e) {
                if (String.valueOf(e.getMessage()).contains("Failed to connect")) {
                    problems.add("refused: " + e);
                }
                closed.incrementAndGet();
            }
            LockSupport.parkNanos(pauseNanos);
        }

        private long inTransaction() {
            try (AbstractTransaction transaction = pool.multi()) {
                transaction.incr(key);
                return (Long) transaction.exec().getFirst();
            }
        }

        /** Commands for which the connection turned out to be closed. */
        long closed() {
            return closed.get();
        }

        @Override
        public void close() {}
    }

    /** Counts the connections that clients make again. */
    static AtomicLong reconnects(RedisClient client) {
        AtomicLong count = new AtomicLong();
        client.getResources().eventBus().get().filter(ReconnectAttemptEvent.class::isInstance)
                .subscribe(event -> count.incrementAndGet());
        return count;
    }
}
