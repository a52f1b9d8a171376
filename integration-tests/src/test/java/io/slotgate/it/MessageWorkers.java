package io.slotgate.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who publishes numbers to channels, and who listens. */
final class MessageWorkers {
    private MessageWorkers() {}

    /** Publishes 1, 2, 3 … to each channel in turn. A number that may not have been published is not used again. */
    static final class Publisher extends LoadWorker {
        private final List<String> channels;
        private final String word;
        private final Map<String, Set<Long>> uncertain = new HashMap<>();
        private volatile long next;

        /** @param word PUBLISH or SPUBLISH */
        Publisher(int number, LoadClient.Door door, long pauseNanos, String word, List<String> channels) {
            super(number, door, pauseNanos);
            this.word = word;
            this.channels = channels;
            channels.forEach(channel -> uncertain.put(channel, new HashSet<>()));
        }

        /** Numbers that may or may not have been published. */
        Set<Long> uncertain(String channel) {
            return uncertain.getOrDefault(channel, Set.of());
        }

        /** The last number it published anywhere. */
        long last() {
            return next;
        }

        List<String> channels() {
            return channels;
        }

        @Override
        void round(LoadClient client) throws IOException {
            long value = next + 1;
            next = value;
            List<String[]> commands = new ArrayList<>();
            for (String channel : channels) {
                uncertain(channel).add(value);
                commands.add(new String[]{word, channel, Long.toString(value)});
            }
            long begun = System.nanoTime();
            client.pipeline(commands, (i, reply, at) -> {
                figures.answered(begun, at);
                if (!(reply instanceof Reply.Failure error) || !error(error, word)) {
                    uncertain(commands.get(i)[1]).remove(value);
                }
            });
        }
    }

    /** Listens to channels from before the first message on. */
    static final class Subscriber {
        private final Publisher to;
        private final Wire wire;
        private final Map<String, List<Long>> received = new HashMap<>();
        private final Map<String, Long> lastOf = new HashMap<>();
        private final Thread thread;
        private volatile boolean stopping;
        private volatile @Nullable Throwable failure;
        private volatile long least;

        /** Returns when all its subscriptions are confirmed. */
        Subscriber(Publisher to, String word, Wire wire) throws IOException {
            this.to = to;
            this.wire = wire;
            List<String> words = new ArrayList<>(to.channels());
            words.addFirst(word);
            wire.send(words.toArray(String[]::new));
            for (String channel : to.channels()) {
                received.put(channel, new ArrayList<>());
                lastOf.put(channel, 0L);
                Object confirmed = wire.read();
                if (!(confirmed instanceof List<?> words3 && words3.size() == 3)) {
                    throw new IOException(word + " " + channel + " was answered " + confirmed);
                }
            }
            thread = Thread.ofPlatform().name("load-subscriber").start(this::listen);
        }

        private void listen() {
            try {
                while (true) {
                    List<?> message = (List<?>) wire.read();
                    if (message == null || !String.valueOf(message.getFirst()).endsWith("message")) {
                        throw new IOException("a subscriber got " + message);
                    }
                    String channel = String.valueOf(message.get(1));
                    long number = Long.parseLong(String.valueOf(message.get(2)));
                    java.util.Objects.requireNonNull(received.get(channel), channel).add(number);
                    lastOf.put(channel, number);
                    least = lastOf.values().stream().mapToLong(Long::longValue).min().orElse(0);
                }
            } catch (Throwable e) {
                if (!stopping) {
                    failure = e;
                }
            }
        }

        /** Whether it has the last message of each channel, or will get nothing any more. */
        boolean caughtUp() {
            return least >= to.last() || failure != null;
        }

        /** Why its connection ended, if it did. */
        @Nullable
        Throwable failure() {
            return failure;
        }

        /** What came, by channel. */
        Map<String, List<Long>> end() throws IOException, InterruptedException {
            stopping = true;
            wire.close();
            thread.join();
            return received;
        }

        Publisher publisher() {
            return to;
        }
    }
}
