package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Goes through what a node pushes: {@code >2 invalidate *n key key …}, or a null in place of the keys.
 *
 * @see <a href="https://valkey.io/topics/client-side-caching/">Client-side caching</a>
 */
final class InvalidationReader {
    private static final byte[] INVALIDATE = ">2\r\n$10\r\ninvalidate\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuf buffer;
    private final int end;
    private final boolean invalidation;
    private final boolean everything;
    private int at;
    private int left;
    private int start;
    private int length;

    InvalidationReader(ByteBuf buffer, int from, int end) {
        this.buffer = buffer;
        this.end = end;
        this.at = from;
        this.invalidation = begins();
        char type = invalidation ? (char) buffer.getByte(at) : '_';
        if (type == '*' && buffer.getByte(at + 1) != '-') {
            everything = false;
            left = number();
        } else {
            everything = invalidation;
        }
    }

    private boolean begins() {
        if (end - at <= INVALIDATE.length) {
            return false;
        }
        for (int i = 0; i < INVALIDATE.length; i++) {
            if (buffer.getByte(at + i) != INVALIDATE[i]) {
                return false;
            }
        }
        at += INVALIDATE.length;
        return true;
    }

    /** Whether it is about invalid keys at all. */
    boolean isInvalidation() {
        return invalidation;
    }

    /** Whether all keys are invalid. */
    boolean isEverything() {
        return everything;
    }

    /** Goes on to the next key; false if there is none. */
    boolean next() {
        if (left == 0) {
            return false;
        }
        left--;
        if (buffer.getByte(at) != '$') {
            throw new IllegalArgumentException("a key that is no string");
        }
        length = number();
        start = at;
        at += length + 2;
        if (at > end) {
            throw new IllegalArgumentException("a key of " + length + " bytes");
        }
        return true;
    }

    /** Where the key begins. */
    int start() {
        return start;
    }

    int length() {
        return length;
    }

    /** The number in the line that begins here with its type; goes behind the line. */
    private int number() {
        int value = 0;
        int digit = at + 1;
        while (buffer.getByte(digit) != '\r') {
            value = value * 10 + buffer.getByte(digit) - '0';
            digit++;
        }
        if (value < 0 || digit >= end) {
            throw new IllegalArgumentException("a number that is none");
        }
        at = digit + 2;
        return value;
    }
}
