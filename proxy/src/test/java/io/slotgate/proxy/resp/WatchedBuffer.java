package io.slotgate.proxy.resp;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/** A buffer of which only a window may be read, and which counts the bytes that were. */
final class WatchedBuffer extends UnpooledHeapByteBuf {
    private int from;
    private int to;
    private long touched;

    /** The bytes of {@code content} from {@code offset} on lie behind {@code padding} bytes that mustn't be read. */
    WatchedBuffer(byte[] content, int offset, int padding) {
        super(UnpooledByteBufAllocator.DEFAULT, padding + content.length - offset + padding, Integer.MAX_VALUE);
        setBytes(padding, content, offset, content.length - offset);
        writerIndex(capacity());
    }

    /** Lets the bytes {@code from} to {@code to} (exclusive) be read, and no others. */
    void window(int from, int to) {
        this.from = from;
        this.to = to;
    }

    /** Bytes read so far, each as often as it was. */
    long touched() {
        return touched;
    }

    @Override
    protected byte _getByte(int index) {
        touch(index, Byte.BYTES);
        return super._getByte(index);
    }

    @Override
    protected short _getShort(int index) {
        touch(index, Short.BYTES);
        return super._getShort(index);
    }

    @Override
    protected int _getInt(int index) {
        touch(index, Integer.BYTES);
        return super._getInt(index);
    }

    @Override
    protected int _getIntLE(int index) {
        touch(index, Integer.BYTES);
        return super._getIntLE(index);
    }

    @Override
    protected long _getLong(int index) {
        touch(index, Long.BYTES);
        return super._getLong(index);
    }

    @Override
    protected long _getLongLE(int index) {
        touch(index, Long.BYTES);
        return super._getLongLE(index);
    }

    private void touch(int index, int bytes) {
        if (index < from || index + bytes > to) {
            throw new AssertionError(
                    "read of " + index + ".." + (index + bytes) + " (expected: " + from + ".." + to + ")");
        }
        touched += bytes;
    }
}
