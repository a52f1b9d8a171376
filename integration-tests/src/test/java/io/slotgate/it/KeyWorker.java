package io.slotgate.it;

import io.slotgate.it.history.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Reads, writes and counts keys that other clients use, too: pipelines of GET, SET and INCR, MGETs over slots, transactions. Per
 * hash tag there are a register and a counter. Keeps the history of all that.
 */
final class KeyWorker extends LoadWorker {
    private static final int DEEPEST = 16;
    private static final int WIDEST = 8;

    /** A command of the pipeline: what it does to which key. */
    private record Step(String command, String key, @Nullable String value) {}

    private final List<String> tags;
    private final boolean transactions;
    private final Random random;
    private final List<Operation> history = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private long place;

    KeyWorker(int number, LoadClient.Door door, long pauseNanos, List<String> tags, boolean transactions) {
        super(number, door, pauseNanos);
        this.tags = tags;
        this.transactions = transactions;
        this.random = new Random(number);
    }

    static String register(String tag) {
        return "register:{" + tag + "}";
    }

    static String counter(String tag) {
        return "counter:{" + tag + "}";
    }

    List<Operation> history() {
        return history;
    }

    /** Replies that can't be right, whatever others do. */
    List<String> wrong() {
        return wrong;
    }

    @Override
    void round(LoadClient client) throws IOException {
        int dice = random.nextInt(20);
        if (dice < 3) {
            mget(client);
        } else if (dice < 6 && transactions) {
            transaction(client);
        } else {
            pipeline(client);
        }
    }

    private String tag() {
        return tags.get(random.nextInt(tags.size()));
    }

    private void pipeline(LoadClient client) throws IOException {
        int depth = 1 + random.nextInt(DEEPEST);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            String tag = tag();
            steps.add(switch (random.nextInt(4)) {
                case 0 -> new Step("GET", register(tag), null);
                case 1 -> new Step("SET", register(tag), "v" + number + "-" + place + "-" + i);
                case 2 -> new Step("GET", counter(tag), null);
                default -> new Step("INCR", counter(tag), null);
            });
        }
        long first = place;
        place += depth;
        boolean[] answered = new boolean[depth];
        long begun = System.nanoTime();
        try {
            client.pipeline(steps.stream().map(KeyWorker::command).toList(), (i, reply, at) -> {
                answered[i] = true;
                figures.answered(begun, at);
                note(steps.get(i), first + i, reply, begun, at);
            });
        } finally {
            for (int i = 0; i < depth; i++) {
                if (!answered[i]) {
                    uncertain(steps.get(i), first + i, begun);
                }
            }
        }
    }

    private static String[] command(Step step) {
        return step.value() == null
                ? new String[]{step.command(), step.key()}
                : new String[]{step.command(), step.key(), step.value()};
    }

    private void note(Step step, long at, @Nullable Object reply, long begun, long ended) {
        if (reply instanceof Reply.Failure error) {
            if (error(error, step.command())) {
                uncertain(step, at, begun);
            }
            return;
        }
        String value = step.value();
        if (step.command().equals("GET") && !(reply instanceof Long)) {
            history.add(Operation.get(number, at, step.key(), (String) reply, begun, ended));
        } else if (value != null && "OK".equals(reply)) {
            history.add(Operation.set(number, at, step.key(), value, begun, ended));
        } else if (step.command().equals("INCR") && reply instanceof Long count) {
            history.add(Operation.incr(number, at, step.key(), count, begun, ended));
        } else {
            wrong.add(step + " was answered " + reply);
        }
    }

    private void uncertain(Step step, long at, long begun) {
        if (step.value() != null) {
            history.add(Operation.maybeSet(number, at, step.key(), step.value(), begun));
        } else if (step.command().equals("INCR")) {
            history.add(Operation.maybeIncr(number, at, step.key(), begun));
        }
    }

    private void mget(LoadClient client) throws IOException {
        int width = 1 + random.nextInt(WIDEST);
        String[] command = new String[1 + width];
        command[0] = "MGET";
        for (int i = 1; i <= width; i++) {
            command[i] = random.nextBoolean() ? register(tag()) : counter(tag());
        }
        long first = place;
        place += width;
        long begun = System.nanoTime();
        client.pipeline(List.<String[]>of(command), (none, reply, at) -> {
            figures.answered(begun, at);
            if (reply instanceof Reply.Failure error) {
                error(error, "MGET");
            } else if (reply instanceof List<?> values && values.size() == width) {
                for (int i = 0; i < width; i++) {
                    note(new Step("GET", command[1 + i], null), first + i, values.get(i), begun, at);
                }
            } else {
                wrong.add(Arrays.toString(command) + " was answered " + reply);
            }
        });
    }

    /** SET, INCR and GET of what was set, of one slot. */
    private void transaction(LoadClient client) throws IOException {
        String tag = tag();
        long first = place;
        place += 3;
        String value = "t" + number + "-" + first;
        List<Step> steps = List.of(new Step("SET", register(tag), value), new Step("INCR", counter(tag), null),
                new Step("GET", register(tag), null));
        List<String[]> commands = new ArrayList<>();
        commands.add(new String[]{"MULTI"});
        steps.forEach(step -> commands.add(command(step)));
        commands.add(new String[]{"EXEC"});
        boolean[] ended = new boolean[1];
        long begun = System.nanoTime();
        try {
            client.pipeline(commands, (i, reply, at) -> {
                figures.answered(begun, at);
                boolean last = i == commands.size() - 1;
                if (reply instanceof Reply.Failure error) {
                    boolean unknown = error(error, commands.get(i)[0] + " in MULTI");
                    ended[0] |= last && !unknown;
                } else if (last) {
                    ended[0] = true;
                    executed(steps, first, reply, begun, at);
                } else if (!(i == 0 ? "OK" : "QUEUED").equals(reply)) {
                    wrong.add(commands.get(i)[0] + " in MULTI was answered " + reply);
                }
            });
        } finally {
            if (!ended[0]) {
                for (int i = 0; i < steps.size(); i++) {
                    uncertain(steps.get(i), first + i, begun);
                }
            }
        }
    }

    private void executed(List<Step> steps, long first, @Nullable Object reply, long begun, long at) {
        if (!(reply instanceof List<?> replies) || replies.size() != steps.size()) {
            wrong.add("EXEC was answered " + reply);
            return;
        }
        for (int i = 0; i < steps.size(); i++) {
            note(steps.get(i), first + i, replies.get(i), begun, at);
        }
        String set = steps.getFirst().value();
        if (!String.valueOf(set).equals(replies.getLast())) {
            wrong.add("GET behind SET " + set + " in one transaction was answered " + replies.getLast());
        }
    }
}
