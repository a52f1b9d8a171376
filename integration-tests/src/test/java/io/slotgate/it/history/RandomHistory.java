package io.slotgate.it.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Histories of clients that send pipelines to a store which runs each command at some moment before it answers. Seeded. */
final class RandomHistory {
    private static final int LONGEST_PIPELINE = 5;

    private final Random random;
    private final int keys;
    private final double uncertain;
    private final Map<String, String> store = new HashMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final long[] freeAt;
    private final long[] places;

    /** @param uncertain share of writes whose outcome the client is not told, and of which every second one is lost */
    RandomHistory(long seed, int clients, int keys, double uncertain) {
        this.random = new Random(seed);
        this.keys = keys;
        this.uncertain = uncertain;
        this.freeAt = new long[clients];
        this.places = new long[clients];
    }

    /** A command as it will run, at the moment {@code at}. */
    private record Planned(int client, long place, String key, int kind, long begun, long at, long ended) {}

    List<Operation> make(int count) {
        List<Planned> planned = new ArrayList<>();
        while (planned.size() < count) {
            int client = random.nextInt(freeAt.length);
            long begun = freeAt[client] + random.nextInt(20);
            long at = begun;
            long ended = begun;
            int depth = 1 + random.nextInt(LONGEST_PIPELINE);
            for (int i = 0; i < depth; i++) {
                at = Math.max(at, ended - 10) + 1 + random.nextInt(10);
                ended = Math.max(ended, at) + random.nextInt(10);
                planned.add(new Planned(client, places[client]++, "k" + random.nextInt(keys), random.nextInt(3), begun,
                        at, ended));
            }
            freeAt[client] = ended;
        }
        planned.sort(java.util.Comparator.comparingLong(Planned::at).thenComparingInt(Planned::client)
                .thenComparingLong(Planned::place));
        planned.forEach(this::run);
        return operations;
    }

    private void run(Planned each) {
        boolean told = each.kind() == 0 || random.nextDouble() >= uncertain;
        boolean runs = told || random.nextBoolean();
        switch (each.kind()) {
            case 0 -> operations.add(Operation.get(each.client(), each.place(), each.key(), store.get(each.key()),
                    each.begun(), each.ended()));
            case 1 -> {
                String value = Long.toString(1_000_000L * (1 + each.client()) + 1000 * each.place());
                if (runs) {
                    store.put(each.key(), value);
                }
                operations.add(told
                        ? Operation.set(each.client(), each.place(), each.key(), value, each.begun(), each.ended())
                        : Operation.maybeSet(each.client(), each.place(), each.key(), value, each.begun()));
            }
            default -> {
                long value = Long.parseLong(store.getOrDefault(each.key(), "0")) + 1;
                if (runs) {
                    store.put(each.key(), Long.toString(value));
                }
                operations.add(told
                        ? Operation.incr(each.client(), each.place(), each.key(), value, each.begun(), each.ended())
                        : Operation.maybeIncr(each.client(), each.place(), each.key(), each.begun()));
            }
        }
    }
}
