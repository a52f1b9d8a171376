package io.slotgate.proxy.command;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds a spec by the bytes of its name in a buffer, whatever their case, without allocating: open addressing over names
 * packed into four longs, little endian, in lower case. Longer names (only modules have some) are compared one after
 * the other.
 */
final class NameIndex {
    private static final int WORDS = 4;
    private static final int PACKED = WORDS * Long.BYTES;

    private final List<CommandSpec> specs;
    private final int mask;
    private final long[] words;
    private final byte[] lengths;
    private final @Nullable CommandSpec[] slots;
    private final byte[][] longNames;
    private final CommandSpec[] longSpecs;

    /** An index over the last part of the specs' names: {@code "slots"} of {@code "cluster|slots"}. */
    NameIndex(List<CommandSpec> specs) {
        this.specs = List.copyOf(specs);
        // A quarter full at most: probes for names that are not there end soon.
        int capacity = Integer.highestOneBit(Math.max(4, specs.size() * 4 - 1)) * 2;
        this.mask = capacity - 1;
        this.words = new long[capacity * WORDS];
        this.lengths = new byte[capacity];
        this.slots = new CommandSpec[capacity];
        List<byte[]> tooLong = new ArrayList<>();
        List<CommandSpec> tooLongSpecs = new ArrayList<>();
        for (CommandSpec spec : specs) {
            String full = spec.name();
            byte[] name = full.substring(full.indexOf('|') + 1).toLowerCase(Locale.ROOT)
                    .getBytes(StandardCharsets.ISO_8859_1);
            if (name.length == 0 || name.length > PACKED) {
                tooLong.add(name);
                tooLongSpecs.add(spec);
            } else {
                put(name, spec);
            }
        }
        this.longNames = tooLong.toArray(byte[][]::new);
        this.longSpecs = tooLongSpecs.toArray(CommandSpec[]::new);
    }

    List<CommandSpec> specs() {
        return specs;
    }

    private void put(byte[] name, CommandSpec spec) {
        long[] packed = new long[WORDS];
        for (int i = 0; i < name.length; i++) {
            packed[i / Long.BYTES] |= (name[i] & 0xffL) << (i % Long.BYTES * 8);
        }
        int slot = hash(packed[0], name.length) & mask;
        while (slots[slot] != null) {
            slot = (slot + 1) & mask;
        }
        System.arraycopy(packed, 0, words, slot * WORDS, WORDS);
        lengths[slot] = (byte) name.length;
        slots[slot] = spec;
    }

    /** The spec whose name is the {@code length} bytes from {@code offset} on, or null. */
    @Nullable
    CommandSpec find(ByteBuf buffer, int offset, int length) {
        if (length < 1 || length > PACKED) {
            return findLong(buffer, offset, length);
        }
        long first = word(buffer, offset, length);
        int slot = hash(first, length) & mask;
        CommandSpec spec;
        while ((spec = slots[slot]) != null) {
            if (words[slot * WORDS] == first && lengths[slot] == length
                    && (length <= Long.BYTES || sameTail(slot, buffer, offset, length))) {
                return spec;
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    private boolean sameTail(int slot, ByteBuf buffer, int offset, int length) {
        for (int done = Long.BYTES, at = slot * WORDS + 1; done < length; done += Long.BYTES, at++) {
            if (words[at] != word(buffer, offset + done, length - done)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable CommandSpec findLong(ByteBuf buffer, int offset, int length) {
        for (int i = 0; i < longNames.length; i++) {
            if (longNames[i].length == length && same(longNames[i], buffer, offset)) {
                return longSpecs[i];
            }
        }
        return null;
    }

    private static boolean same(byte[] name, ByteBuf buffer, int offset) {
        for (int i = 0; i < name.length; i++) {
            int b = buffer.getByte(offset + i);
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Up to eight bytes from {@code offset} on as a long in lower case, the first byte lowest, zeros behind the last. */
    private static long word(ByteBuf buffer, int offset, int left) {
        if (left >= Long.BYTES) {
            return lowerCase(buffer.getLongLE(offset));
        }
        if (offset + Long.BYTES <= buffer.capacity()) {
            // Reads past the name into what follows in the buffer, and masks that away.
            return lowerCase(buffer.getLongLE(offset) & (-1L >>> (64 - left * 8)));
        }
        long word = 0;
        for (int i = left - 1; i >= 0; i--) {
            word = word << 8 | (buffer.getByte(offset + i) & 0xff);
        }
        return lowerCase(word);
    }

    /** Turns each byte A..Z of a word into a..z and leaves all other bytes as they are. */
    static long lowerCase(long word) {
        long low = word & 0x7f7f7f7f7f7f7f7fL;
        long atLeastA = low + (0x80 - 'A') * 0x0101010101010101L;
        long aboveZ = low + (0x7f - 'Z') * 0x0101010101010101L;
        long upper = ~word & (atLeastA ^ aboveZ) & 0x8080808080808080L;
        return word | upper >>> 2;
    }

    private static int hash(long first, int length) {
        long mixed = (first + length) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 40);
    }
}
