package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.RequestFrame;

/**
 * A SCAN as the client sent it.
 *
 * @param cursor 0 or above
 * @param options what stands behind the cursor in the command, on the heap
 * @param argc its arguments in all
 * @param count how many keys it asks for, at least 1
 */
record ScanCommand(long cursor, ByteBuf options, int argc, int count) {
    private static final int USUAL_COUNT = 10;
    private static final int MOST_DIGITS = 18;

    /** Whether argument 1 is a cursor. */
    static boolean hasCursor(RequestFrame frame) {
        return number(frame, 1, MOST_DIGITS) >= 0;
    }

    /** Of a command that has a cursor. */
    static ScanCommand of(RequestFrame frame) {
        int rest = frame.offset(1) + frame.length(1) + 2;
        return new ScanCommand(number(frame, 1, MOST_DIGITS),
                Unpooled.wrappedBuffer(ByteBufUtil.getBytes(frame.buffer(), rest, frame.end() - rest)), frame.argc(),
                count(frame));
    }

    private static long number(RequestFrame frame, int arg, int mostDigits) {
        if (frame.length(arg) == 0 || frame.length(arg) > mostDigits) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < frame.length(arg); i++) {
            int digit = frame.buffer().getByte(frame.offset(arg) + i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** What COUNT says; if that is nonsense, a node will say so. */
    private static int count(RequestFrame frame) {
        for (int arg = 2; arg + 1 < frame.argc(); arg += 2) {
            if (frame.is(arg, "count")) {
                return Math.clamp(number(frame, arg + 1, MOST_DIGITS), 1, Integer.MAX_VALUE);
            }
        }
        return USUAL_COUNT;
    }
}
