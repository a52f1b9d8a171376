package io.slotgate.topology.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes what {@link ByteReader} reads. For one thread. */
public final class ByteWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    /** One byte: the lowest eight bits. */
    public void octet(int value) {
        bytes.write(value);
    }

    /** Seven bits to a byte, the lowest first; {@code value} is 0 or more. */
    public void number(long value) {
        long rest = value;
        while (rest > 0x7f) {
            bytes.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    /** Eight bytes, the highest first. */
    public void fixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes.write((int) (value >>> shift));
        }
    }

    /** UTF-8, its length in bytes in front. */
    public void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        bytes.writeBytes(utf8);
    }

    /** An empty text stands for none. */
    public void optional(@Nullable String value) {
        text(value == null ? "" : value);
    }

    /** These bytes as they are; how many is for others to know. */
    public void raw(byte[] value) {
        bytes.writeBytes(value);
    }

    /** All that was written, as a copy. */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }
}
