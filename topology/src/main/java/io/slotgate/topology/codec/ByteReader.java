package io.slotgate.topology.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes nobody vouches for: everything has a bound, and nothing is allocated before it is known to be there. Whatever can't be
 * read is a {@link MalformedMessageException}, behind which nothing more is to be read. For one thread.
 */
public final class ByteReader {
    private final byte[] bytes;
    private int at;

    /** @param bytes not to be changed while they are read */
    public ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** How many bytes are left. */
    public int remaining() {
        return bytes.length - at;
    }

    /** One byte, as 0..255. */
    public int octet() throws MalformedMessageException {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** A number of 0..{@code max}. */
    public long number(long max, String what) throws MalformedMessageException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = octet();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                if (value > max) {
                    throw new MalformedMessageException(what + ": " + value + " (expected: 0.." + max + ")");
                }
                return value;
            }
        }
        throw new MalformedMessageException(what + ": more than 63 bits");
    }

    /** This number, and no other. */
    public void only(long expected, String what) throws MalformedMessageException {
        long value = number(Long.MAX_VALUE, what);
        if (value != expected) {
            throw new MalformedMessageException(what + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** A number of entries to come, each of which takes a byte at least. */
    public int count(int max, String what) throws MalformedMessageException {
        return (int) number(Math.min(max, remaining()), what);
    }

    /** Eight bytes, the highest first. */
    public long fixed() throws MalformedMessageException {
        need(Long.BYTES);
        long value = ByteBuffer.wrap(bytes, at, Long.BYTES).getLong();
        at += Long.BYTES;
        return value;
    }

    /** A text of at most {@code longest} bytes of UTF-8, without control characters; it may be empty. */
    public String text(int longest, String what) throws MalformedMessageException {
        int length = count(longest, what + " length");
        need(length);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw new MalformedMessageException(what + ": with control characters");
            }
            at += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException(what + ": not UTF-8", e);
        }
    }

    /** A {@link #text} that is not empty and has no spaces. */
    public String word(int longest, String what) throws MalformedMessageException {
        String word = optionalWord(longest, what);
        if (word == null) {
            throw new MalformedMessageException(what + ": empty");
        }
        return word;
    }

    /** A {@link #word}; {@code null} if there is none. */
    public @Nullable String optionalWord(int longest, String what) throws MalformedMessageException {
        String text = text(longest, what);
        if (text.indexOf(' ') >= 0) {
            throw new MalformedMessageException(what + ": not one word");
        }
        return text.isEmpty() ? null : text;
    }

    /** So many bytes as they are. */
    public byte[] raw(int length) throws MalformedMessageException {
        need(length);
        byte[] taken = new byte[length];
        System.arraycopy(bytes, at, taken, 0, length);
        at += length;
        return taken;
    }

    /** Nothing is left. */
    public void end() throws MalformedMessageException {
        if (remaining() > 0) {
            throw new MalformedMessageException(remaining() + " bytes too many");
        }
    }

    private void need(int count) throws MalformedMessageException {
        if (count > remaining()) {
            throw new MalformedMessageException("ends too early");
        }
    }
}
