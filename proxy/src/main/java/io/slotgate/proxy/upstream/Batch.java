package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several commands that go out as one pending command and stay together: MULTI, what it groups, and EXEC. Of their replies
 * only the last is the requester's; of those before it the first error is kept, since it tells why the last one refuses.
 * Confined to its worker.
 *
 * @see <a href="https://valkey.io/topics/transactions/#errors-inside-a-transaction">Errors inside a transaction</a>
 */
public final class Batch {
    /** Most bytes of an error that are kept. */
    private static final int MOST_KEPT = 512;

    private final int ahead;
    private final boolean repeatable;
    private final boolean guarded;
    private final List<Script> scripts;
    private int left;
    private boolean notBegun;
    private @Nullable ByteBuf refusal;

    /**
     * @param ahead replies that come before the last
     * @param repeatable whether it may run twice: none of its commands changes anything
     * @param guarded whether it depends on keys that are watched by the connection it is sent on: no other will do
     * @param scripts what its node has to know before it, for it can't be sent again once it has begun
     */
    public Batch(int ahead, boolean repeatable, boolean guarded, List<Script> scripts) {
        this.ahead = ahead;
        this.repeatable = repeatable;
        this.guarded = guarded;
        this.scripts = scripts;
        this.left = ahead;
    }

    /** It is sent once more: all replies are to come again. */
    void again() {
        left = ahead;
        notBegun = false;
        refusal = null;
    }

    /** The scripts that its node has to know before it. */
    List<Script> scripts() {
        return scripts;
    }

    /** Whether the next reply comes before the last. */
    boolean expectsMore() {
        return left > 0;
    }

    /** Takes a reply, as long as the last is not next. */
    boolean takes(ByteBuf buffer, int start, int end) {
        if (left == 0) {
            return false;
        }
        if (refusal == null && buffer.getByte(start) == '-') {
            notBegun = left == ahead;
            int length = Math.min(end - start, MOST_KEPT);
            byte[] line = new byte[length];
            buffer.getBytes(start, line);
            line[length - 2] = '\r';
            line[length - 1] = '\n';
            refusal = Unpooled.wrappedBuffer(line);
        }
        left--;
        return true;
    }

    /** Whether it may run twice. */
    public boolean repeatable() {
        return repeatable;
    }

    /** Whether it can be run on the connection it was sent on and no other. */
    public boolean guarded() {
        return guarded;
    }

    /** Whether the node refused MULTI itself, so that what came behind it was not held together. */
    public boolean notBegun() {
        return notBegun;
    }

    /** The first error before the last reply, line end included; null if there was none. */
    public @Nullable ByteBuf refusal() {
        return refusal;
    }
}
