package io.slotgate.proxy.command;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.RequestFrame;

/**
 * Reads a number of keys ({@code numkeys}) as a cluster node reads it when it looks for a command's slot: leading digits
 * count, whatever follows them. The command itself is stricter, but by then the node has redirected by what this reads.
 */
final class KeyCount {
    private KeyCount() {}

    /** The number at the start of an argument; -1 if it is below 0 or above every possible number of arguments; else 0. */
    static int read(RequestFrame frame, int arg) {
        ByteBuf buffer = frame.buffer();
        int at = frame.offset(arg);
        int end = at + frame.length(arg);
        while (at < end && isSpace(buffer.getByte(at))) {
            at++;
        }
        boolean negative = at < end && buffer.getByte(at) == '-';
        if (negative || (at < end && buffer.getByte(at) == '+')) {
            at++;
        }
        int count = 0;
        for (; at < end; at++) {
            int digit = buffer.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            if (count > (Integer.MAX_VALUE - 9) / 10) {
                return -1;
            }
            count = count * 10 + digit;
        }
        return negative && count > 0 ? -1 : count;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }
}
