package io.slotgate.proxy.observe;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.topology.codec.ByteReader;
import io.slotgate.topology.codec.ByteWriter;
import io.slotgate.topology.codec.MalformedMessageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that one proxy saw, as bytes for another one; at most about 200 KiB:
 *
 * <pre>
 *   version (1)  unseen
 *   number of hot keys:  print (8 bytes)  key  slot + 1  lowest  rate - lowest  highest - rate
 *   number of big keys:  key  slot  command  size  when
 * </pre>
 *
 * Numbers take seven bits to a byte, texts their length in front.
 */
public final class KeyCodec {
    /** Each of 128 bytes takes four characters at most, and behind them it says how many more there are. */
    static final int LONGEST_KEY = 1024;
    private static final int LONGEST_COMMAND = 128;
    private static final int VERSION = 1;
    /** Those of a thousand proxies can be added up. */
    private static final long MOST = 1L << 50;

    private KeyCodec() {}

    /** What one proxy saw. */
    public static byte[] encode(KeyFigures figures) {
        ByteWriter out = new ByteWriter();
        out.number(VERSION);
        out.number(Math.min(MOST, figures.unseen));
        List<KeyFigures.Hot> hot = figures.hotKeys().stream().map(key -> figures.hot.get(key.print())).toList();
        out.number(hot.size());
        for (KeyFigures.Hot key : hot) {
            out.fixed(key.print());
            out.text(key.key());
            out.number(key.slot() + 1);
            out.number(key.lowest());
            out.number(key.rate() - key.lowest());
            out.number(key.highest() - key.rate());
        }
        List<BigKey> big = figures.bigKeys();
        out.number(big.size());
        for (BigKey key : big) {
            out.text(key.key());
            out.number(key.slot());
            out.text(key.command());
            out.number(key.bytes());
            out.number(key.seenMillis());
        }
        return out.toBytes();
    }

    /** @throws MalformedMessageException if they are nothing of the kind, whatever they are */
    public static KeyFigures decode(byte[] bytes) throws MalformedMessageException {
        ByteReader in = new ByteReader(bytes);
        in.only(VERSION, "version");
        long unseen = in.number(MOST, "unseen");
        Map<Long, KeyFigures.Hot> hot = new HashMap<>();
        for (int left = in.count(HeatFigures.MOST_HOT, "hot keys"); left > 0; left--) {
            KeyFigures.Hot key = hot(in);
            if (hot.put(key.print(), key) != null) {
                throw new MalformedMessageException("hot key: '" + key.key() + "' (expected: once)");
            }
        }
        Map<String, BigKey> big = new HashMap<>();
        for (int left = in.count(BigKeys.MOST, "big keys"); left > 0; left--) {
            BigKey key = new BigKey(in.text(LONGEST_KEY, "key"), (int) in.number(SlotHash.SLOTS - 1, "slot"),
                    in.text(LONGEST_COMMAND, "command"), in.number(MOST, "size"), in.number(MOST, "when"));
            if (big.put(key.key(), key) != null) {
                throw new MalformedMessageException("big key: '" + key.key() + "' (expected: once)");
            }
        }
        in.end();
        return new KeyFigures(hot, big, unseen);
    }

    private static KeyFigures.Hot hot(ByteReader in) throws MalformedMessageException {
        long print = in.fixed();
        String key = in.text(LONGEST_KEY, "key");
        int slot = (int) in.number(SlotHash.SLOTS, "slot") - 1;
        long lowest = in.number(MOST, "lowest");
        long rate = lowest + in.number(MOST, "rate");
        return new KeyFigures.Hot(print, key, slot, rate, lowest, rate + in.number(MOST, "highest"));
    }
}
