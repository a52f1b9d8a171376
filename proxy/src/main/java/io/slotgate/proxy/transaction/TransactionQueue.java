package io.slotgate.proxy.transaction;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.KeySlots;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The commands of one transaction as the bytes that will go to the node: MULTI, what the client sent, EXEC. Pooled by
 * {@link TransactionQueues}; confined to its worker.
 */
public final class TransactionQueue {
    private static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXEC = "*1\r\n$4\r\nEXEC\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuf buffer;
    private int count;
    private int slot;
    private boolean changes;
    private Set<String> scripts = Set.of();

    TransactionQueue(ByteBuf buffer) {
        this.buffer = buffer;
    }

    void begin(int slot) {
        buffer.clear();
        buffer.writeBytes(MULTI);
        count = 0;
        changes = false;
        scripts = Set.of();
        this.slot = slot;
    }

    /** Adds a command. {@code keySlot} is that of its keys, or one of the negative constants of {@link KeySlots}. */
    void add(CommandSpec spec, RequestFrame frame, int keySlot) {
        buffer.writeBytes(frame.buffer(), frame.start(), frame.size());
        count++;
        if (keySlot >= 0) {
            slot = keySlot;
        }
        changes |= !spec.readOnly();
    }

    /** One of its commands names the script with this SHA1, in lower case digits. */
    public void needs(String sha) {
        if (scripts.isEmpty()) {
            scripts = new LinkedHashSet<>();
        }
        scripts.add(sha);
    }

    /** The SHA1s of the scripts that its commands name. */
    public Set<String> scripts() {
        return scripts;
    }

    /** Completes it, to be sent. */
    public void end() {
        buffer.writeBytes(EXEC);
    }

    public ByteBuf buffer() {
        return buffer;
    }

    public int bytes() {
        return buffer.readableBytes();
    }

    /** Commands queued. */
    public int count() {
        return count;
    }

    /** The slot that all keys so far, those watched among them, are on; {@link KeySlots#NO_KEY} if there were none. */
    public int slot() {
        return slot;
    }

    /** Whether one of its commands is no plain read, so that it must not run twice. */
    public boolean changes() {
        return changes;
    }
}
