package io.slotgate.proxy.transaction;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayDeque;

/** The queues of the transactions of one worker, within their bounds. Confined to its worker. */
public final class TransactionQueues {
    private static final int USUAL_BYTES = 512;
    private static final int LARGEST_KEPT = 4 * 1024;
    private static final int MOST_FREE = 256;

    private final Worker worker;
    private int mostCommands;
    private long mostBytes;
    private long mostBytesOfAll;
    private final ArrayDeque<TransactionQueue> free = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param mostCommands commands of one transaction
     * @param mostBytes bytes of the commands of one transaction
     * @param mostBytesOfAll bytes of the commands of all that are open at a time
     */
    public TransactionQueues(Worker worker, int mostCommands, long mostBytes, long mostBytesOfAll) {
        this.worker = worker;
        this.mostCommands = mostCommands;
        this.mostBytes = mostBytes;
        this.mostBytesOfAll = mostBytesOfAll;
    }

    /** From now on these bounds hold, as given at first; what is queued stays. */
    public void limits(int commands, long bytes, long bytesOfAll) {
        mostCommands = commands;
        mostBytes = bytes;
        mostBytesOfAll = bytesOfAll;
    }

    /** An empty queue, to be given back; {@code slot} is that of the keys it must be about, negative if there are none. */
    public TransactionQueue take(int slot) {
        TransactionQueue queue = free.pollFirst();
        if (queue == null) {
            queue = new TransactionQueue(worker.allocator().directBuffer(USUAL_BYTES));
        }
        queue.begin(slot);
        worker.counters().queuedBytes += queue.bytes();
        return queue;
    }

    /** Adds a command whose keys are on {@code keySlot}; false if there is no room for it. */
    public boolean add(TransactionQueue queue, CommandSpec spec, RequestFrame frame, int keySlot) {
        if (queue.count() >= mostCommands || queue.bytes() + (long) frame.size() > mostBytes
                || worker.counters().queuedBytes + frame.size() > mostBytesOfAll) {
            return false;
        }
        queue.add(spec, frame, keySlot);
        worker.counters().queuedBytes += frame.size();
        return true;
    }

    /** Takes a queue back that was sent, or is not wanted any more; {@code bytes} are those it had before it was ended. */
    public void give(TransactionQueue queue, int bytes) {
        worker.counters().queuedBytes -= bytes;
        boolean own = queue.buffer().refCnt() == 1;
        if (closed || !own || queue.buffer().capacity() > LARGEST_KEPT || free.size() == MOST_FREE) {
            queue.buffer().release();
        } else {
            free.addFirst(queue);
        }
    }

    /** What {@link #add} answers when there is no room. */
    public String full() {
        return "ERR Slotgate: the transaction is too large: more than " + mostCommands
                + " commands (limits.transaction-commands) or " + mostBytes
                + " bytes (limits.transaction-bytes), or all that are open have more than " + mostBytesOfAll
                + " (limits.transaction-bytes-per-worker)";
    }

    /** Gives the memory back; queues that come later too. */
    public void close() {
        closed = true;
        for (TransactionQueue queue : free) {
            queue.buffer().release();
        }
        free.clear();
    }
}
