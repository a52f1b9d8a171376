package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.slotgate.proxy.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are invalid, or all, in the forms that clients get. Each form is composed once, however many clients get it.
 * Confined to one worker; to be {@linkplain #release released}.
 *
 * @see <a href="https://valkey.io/topics/client-side-caching/">Client-side caching</a>
 */
public final class Invalidation {
    private static final byte[] PUSH = ascii(">2\r\n$10\r\ninvalidate\r\n");
    private static final byte[] MESSAGE = ascii("*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n");

    private final ByteBufAllocator allocator;
    /** The keys as bulk strings; null: all there are. */
    private final @Nullable ByteBuf keys;
    private final int count;
    private @Nullable ByteBuf push;
    private @Nullable ByteBuf message;

    private Invalidation(ByteBufAllocator allocator, @Nullable ByteBuf keys, int count) {
        this.allocator = allocator;
        this.keys = keys;
        this.count = count;
    }

    /** Of these keys, each as a bulk string; takes over the reference. */
    static Invalidation of(ByteBufAllocator allocator, ByteBuf keys, int count) {
        return new Invalidation(allocator, keys, count);
    }

    /** Of these keys. */
    public static Invalidation of(ByteBufAllocator allocator, List<byte[]> keys) {
        ByteBuf bulks = allocator.directBuffer();
        keys.forEach(key -> ReplyWriter.bulk(bulks, key));
        return new Invalidation(allocator, bulks, keys.size());
    }

    /** Of all keys. */
    public static Invalidation everything(ByteBufAllocator allocator) {
        return new Invalidation(allocator, null, 0);
    }

    /** Whether all keys are invalid. */
    public boolean isEverything() {
        return keys == null;
    }

    /** The same, for another worker. */
    public Invalidation copy() {
        return new Invalidation(allocator, keys == null ? null : keys.copy(), count);
    }

    /** As RESP3 has it. */
    public ByteBuf push() {
        ByteBuf form = push;
        if (form == null) {
            form = compose(PUSH, 3);
            push = form;
        }
        return form;
    }

    /** As RESP2 has it: a message to a subscriber that the invalidations are redirected to. */
    public ByteBuf message() {
        ByteBuf form = message;
        if (form == null) {
            form = compose(MESSAGE, 2);
            message = form;
        }
        return form;
    }

    private ByteBuf compose(byte[] head, int protocol) {
        ByteBuf out = allocator.directBuffer(head.length + 16 + (keys == null ? 0 : keys.readableBytes()));
        out.writeBytes(head);
        if (keys == null) {
            ReplyWriter.nil(out, protocol);
        } else {
            ReplyWriter.array(out, count);
            out.writeBytes(keys, keys.readerIndex(), keys.readableBytes());
        }
        return out;
    }

    /** Gives the memory back. */
    public void release() {
        for (ByteBuf buffer : new @Nullable ByteBuf[]{keys, push, message}) {
            if (buffer != null) {
                buffer.release();
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
