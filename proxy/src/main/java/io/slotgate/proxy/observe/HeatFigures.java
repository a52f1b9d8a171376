package io.slotgate.proxy.observe;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What all workers of this proxy saw of slots and keys. Immutable.
 *
 * @param slots by slot, since the start; estimates
 * @param hotKeys those that come most often now, at most 128, the hottest first
 * @param bigKeys those with the largest commands or replies within the last hour, at most 64, the largest first
 * @param unseen how often, by second, a key may come at most that is not among the hot ones
 */
public record HeatFigures(SlotCounts slots, List<HotKey> hotKeys, List<BigKey> bigKeys, double unseen) {
    static final int MOST_HOT = 128;

    /** The hottest first. */
    static final Comparator<HotKey> BY_HEAT = Comparator.comparingDouble(HotKey::lowest).reversed()
            .thenComparing(HotKey::key).thenComparingLong(HotKey::print);

    /** Of nothing. */
    public static final HeatFigures NONE = new HeatFigures(new SlotCounts(new long[0], new long[0]), List.of(),
            List.of(), 0);

    /** Puts together what workers saw. A key that one of them did not keep may have come there as often as the least it kept. */
    public static HeatFigures merge(Collection<WorkerHeat> workers) {
        SlotCounts slots = NONE.slots;
        Map<Long, HotKey> hot = new HashMap<>();
        Map<String, BigKey> big = new HashMap<>();
        for (WorkerHeat worker : workers) {
            slots = slots.plus(worker.slots);
            for (KeySketch.Counted counted : worker.keys.keys()) {
                hot.merge(counted.hash(),
                        new HotKey(counted.print(), counted.key(), counted.slot(), counted.rate() - counted.error() / 2,
                                counted.rate() - counted.error(), counted.rate()),
                        HeatFigures::sum);
            }
            for (BigKey key : worker.bigKeys) {
                big.merge(key.key(), key, BigKey::larger);
            }
        }
        for (WorkerHeat worker : workers) {
            Map<Long, Boolean> here = new HashMap<>();
            worker.keys.keys().forEach(counted -> here.put(counted.hash(), true));
            hot.replaceAll((hash, key) -> here.containsKey(hash)
                    ? key
                    : new HotKey(key.print(), key.key(), key.slot(), key.rate(), key.lowest(),
                            key.highest() + worker.keys.mostOf(hash)));
        }
        List<HotKey> hottest = hot.values().stream().sorted(BY_HEAT).toList();
        return new HeatFigures(slots, hottest.stream().limit(MOST_HOT).toList(),
                big.values().stream().sorted(BigKey.BY_SIZE).limit(BigKeys.MOST).toList(),
                Math.max(mostUncounted(workers), hottest.stream().skip(MOST_HOT).mapToDouble(HotKey::highest).max()
                        .orElse(0)));
    }

    /** Of a key that no worker kept. */
    private static double mostUncounted(Collection<WorkerHeat> workers) {
        return IntStream.range(0, KeySketch.SETS)
                .mapToDouble(set -> workers.stream().mapToDouble(worker -> worker.keys.mostOfSet(set)).sum()).max()
                .orElse(0);
    }

    private static HotKey sum(HotKey one, HotKey other) {
        return new HotKey(one.print(), one.key(), one.slot(), one.rate() + other.rate(), one.lowest() + other.lowest(),
                one.highest() + other.highest());
    }
}
