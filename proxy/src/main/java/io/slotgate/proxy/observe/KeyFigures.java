package io.slotgate.proxy.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The hot and the big keys of one proxy, or of several. Rates are whole numbers, so that {@link #plus} comes to the same in whatever
 * order proxies are put together. Holds at most 128 hot and 64 big keys of each proxy. Immutable.
 */
public final class KeyFigures {
    /** Nobody has seen anything. */
    public static final KeyFigures NONE = new KeyFigures(Map.of(), Map.of(), 0);

    private static final double UNITS = 1000;

    /** By print. */
    final Map<Long, Hot> hot;
    /** By key. */
    final Map<String, BigKey> big;
    /** The most that a key can come to which is not among the hot ones. */
    final long unseen;

    /** As {@link HotKey}; in thousandths of a command a second. */
    record Hot(long print, String key, int slot, long rate, long lowest, long highest) {
        Hot plus(Hot other) {
            boolean first = key.equals(other.key) ? slot >= other.slot : key.compareTo(other.key) < 0;
            return new Hot(print, first ? key : other.key, first ? slot : other.slot, rate + other.rate,
                    lowest + other.lowest, highest + other.highest);
        }

        /** Where some more may have come that nobody counted. */
        Hot plusUnseen(long most) {
            return new Hot(print, key, slot, rate, lowest, highest + most);
        }
    }

    KeyFigures(Map<Long, Hot> hot, Map<String, BigKey> big, long unseen) {
        this.hot = Map.copyOf(hot);
        this.big = Map.copyOf(big);
        this.unseen = unseen;
    }

    /** Those of one proxy. */
    public static KeyFigures of(HeatFigures figures) {
        Map<Long, Hot> hot = new HashMap<>();
        for (HotKey key : figures.hotKeys()) {
            long lowest = (long) (key.lowest() * UNITS);
            long highest = Math.max(lowest, (long) Math.ceil(key.highest() * UNITS));
            hot.merge(key.print(), new Hot(key.print(), key.key(), key.slot(),
                    Math.clamp(Math.round(key.rate() * UNITS), lowest, highest), lowest, highest), Hot::plus);
        }
        Map<String, BigKey> big = new HashMap<>();
        figures.bigKeys().forEach(key -> big.merge(key.key(), key, BigKey::larger));
        return new KeyFigures(hot, big, (long) Math.ceil(figures.unseen() * UNITS));
    }

    /** These and those of other proxies. A key that was not told may have come there as often as the least that were. */
    public KeyFigures plus(KeyFigures other) {
        Map<Long, Hot> allHot = new HashMap<>();
        hot.forEach((print, key) -> {
            Hot there = other.hot.get(print);
            allHot.put(print, there == null ? key.plusUnseen(other.unseen) : key.plus(there));
        });
        other.hot.forEach((print, key) -> {
            if (!hot.containsKey(print)) {
                allHot.put(print, key.plusUnseen(unseen));
            }
        });
        Map<String, BigKey> allBig = new HashMap<>(big);
        other.big.forEach((name, key) -> allBig.merge(name, key, BigKey::larger));
        return new KeyFigures(allHot, allBig, unseen + other.unseen);
    }

    /** Those that come most often now, at most 128, the hottest first. */
    public List<HotKey> hotKeys() {
        List<HotKey> keys = new ArrayList<>();
        for (Hot key : hot.values()) {
            keys.add(new HotKey(key.print, key.key, key.slot, key.rate / UNITS, key.lowest / UNITS,
                    key.highest / UNITS));
        }
        return keys.stream().sorted(HeatFigures.BY_HEAT).limit(HeatFigures.MOST_HOT).toList();
    }

    /** Those with the largest commands or replies within the last hour, at most 64, the largest first. */
    public List<BigKey> bigKeys() {
        return big.values().stream().sorted(BigKey.BY_SIZE).limit(BigKeys.MOST).toList();
    }
}
