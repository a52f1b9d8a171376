package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One whole command of a client, as positions in the buffer it arrived in; nothing is copied or decoded. Belongs to one
 * worker and is used again for every command, so it says something only until the next {@link #reset}.
 */
public final class RequestFrame {
    private static final int USUAL_ARGUMENTS = 64;
    private static final int NOT_BEGUN = -1;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int start;
    private int end;
    private int argc;
    private int expected = NOT_BEGUN;
    private int[] offsets = new int[USUAL_ARGUMENTS];
    private int[] lengths = new int[USUAL_ARGUMENTS];

    /** Starts a frame over the bytes {@code start} to {@code end} (exclusive) of {@code buffer}, with no argument yet. */
    public RequestFrame reset(ByteBuf buffer, int start, int end) {
        this.buffer = buffer;
        this.start = start;
        this.end = end;
        this.argc = 0;
        this.expected = NOT_BEGUN;
        return this;
    }

    /** Adds the next argument: {@code length} bytes of the buffer from the absolute index {@code offset}. */
    public void addArgument(int offset, int length) {
        if (argc == offsets.length) {
            offsets = Arrays.copyOf(offsets, argc * 2);
            lengths = Arrays.copyOf(lengths, argc * 2);
        }
        offsets[argc] = offset - start;
        lengths[argc++] = length;
    }

    /** Says that the same bytes now lie in {@code buffer} from {@code start} on: what was found stays true there. */
    public void moveTo(ByteBuf buffer, int start) {
        this.end += start - this.start;
        this.buffer = buffer;
        this.start = start;
    }

    /** Gives the room of an unusually long command back. */
    public void trim() {
        if (offsets.length > USUAL_ARGUMENTS * 16) {
            offsets = new int[USUAL_ARGUMENTS];
            lengths = new int[USUAL_ARGUMENTS];
        }
    }

    /** Makes it good for another command: a scan that stopped half-way is not taken up. */
    public RequestFrame restart() {
        expected = NOT_BEGUN;
        argc = 0;
        return this;
    }

    /** Whether a scan of this frame stopped half-way, to be taken up when more bytes are there. */
    boolean begun() {
        return expected != NOT_BEGUN;
    }

    int expected() {
        return expected;
    }

    void begin(int expectedArguments) {
        this.expected = expectedArguments;
    }

    /** Nothing is left to scan: the frame is whole, or given up. */
    void end(int end) {
        this.end = end;
        this.expected = NOT_BEGUN;
    }

    public ByteBuf buffer() {
        return buffer;
    }

    /** Absolute index of the frame's first byte. */
    public int start() {
        return start;
    }

    /** Absolute index behind the frame's last byte. */
    public int end() {
        return end;
    }

    /** Size of the whole frame in bytes. */
    public int size() {
        return end - start;
    }

    /** Number of arguments, the command's name included. */
    public int argc() {
        return argc;
    }

    /** Absolute index of the first byte of argument {@code arg}, 0 being the command's name. */
    public int offset(int arg) {
        return start + offsets[arg];
    }

    /** Bytes of argument {@code arg}. */
    public int length(int arg) {
        return lengths[arg];
    }

    /** The argument as text, byte for byte; allocates, so not for the hot path. */
    public String text(int arg) {
        return buffer.toString(offset(arg), lengths[arg], StandardCharsets.ISO_8859_1);
    }

    /** Whether argument {@code arg} is {@code word}, given in lower case ASCII letters, in any case. */
    public boolean is(int arg, String word) {
        int length = lengths[arg];
        if (length != word.length()) {
            return false;
        }
        int offset = offset(arg);
        for (int i = 0; i < length; i++) {
            int b = buffer.getByte(offset + i);
            int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (lower != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
