package io.slotgate.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who pushes items to lists, and who waits for them there. An item is named by its list and a number. */
final class ListWorkers {
    private static final String WAIT_SECONDS = "0.3";

    private ListWorkers() {}

    /** Pushes to some lists in turn, one after the other, in pipelines. */
    static final class Producer extends LoadWorker {
        private static final int DEPTH = 3;

        private final List<String> lists;
        private final Set<String> acknowledged = new HashSet<>();
        private final Set<String> uncertain = new HashSet<>();
        private long next;

        Producer(int number, LoadClient.Door door, long pauseNanos, List<String> lists) {
            super(number, door, pauseNanos);
            this.lists = lists;
        }

        Set<String> acknowledged() {
            return acknowledged;
        }

        Set<String> uncertain() {
            return uncertain;
        }

        @Override
        void round(LoadClient client) throws IOException {
            List<String[]> commands = new ArrayList<>();
            for (int i = 0; i < DEPTH; i++) {
                String list = lists.get((int) (next % lists.size()));
                String item = list + "/" + number + "/" + ++next;
                commands.add(new String[]{"RPUSH", list, item});
                uncertain.add(item);
            }
            long begun = System.nanoTime();
            client.pipeline(commands, (i, reply, at) -> {
                figures.answered(begun, at);
                String item = commands.get(i)[2];
                if (reply instanceof Reply.Failure error) {
                    if (!error(error, "RPUSH")) {
                        uncertain.remove(item);
                    }
                } else {
                    uncertain.remove(item);
                    acknowledged.add(item);
                }
            });
        }
    }

    /** Blocks on some lists of one slot. */
    static final class Consumer extends LoadWorker {
        private final String[] command;
        private final List<String> received = new ArrayList<>();
        private long uncertainPops;

        Consumer(int number, LoadClient.Door door, List<String> lists) {
            super(number, door, 0);
            List<String> words = new ArrayList<>(lists);
            words.addFirst("BLPOP");
            words.add(WAIT_SECONDS);
            this.command = words.toArray(String[]::new);
        }

        List<String> received() {
            return received;
        }

        /** Pops of which it is not known what they took. */
        long uncertainPops() {
            return uncertainPops;
        }

        @Override
        void round(LoadClient client) throws IOException {
            boolean[] answered = new boolean[1];
            try {
                client.pipeline(List.<String[]>of(command), (i, reply, at) -> {
                    answered[0] = true;
                    figures.answeredBlocking();
                    if (reply instanceof Reply.Failure error) {
                        uncertainPops += error(error, "BLPOP") ? 1 : 0;
                    } else if (reply instanceof List<?> popped) {
                        received.add((String) popped.get(1));
                    }
                });
            } finally {
                uncertainPops += answered[0] ? 0 : 1;
            }
        }
    }
}
