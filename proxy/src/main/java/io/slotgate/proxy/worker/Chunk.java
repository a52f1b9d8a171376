package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;

/**
 * A piece of memory that many commands or replies lie in, one behind the other, and that is free again when the last of
 * them is done with. Counts its holders in a plain field, because a worker never shares one.
 */
public final class Chunk {
    private final ChunkPool pool;
    private final ByteBuf buffer;
    private int holders = 1;

    Chunk(ChunkPool pool, ByteBuf buffer) {
        this.pool = pool;
        this.buffer = buffer;
    }

    public ByteBuf buffer() {
        return buffer;
    }

    /** One more command or reply lies in it. */
    public void hold() {
        holders++;
    }

    /** One less: with the last, the memory is given back. */
    public void drop() {
        if (--holders == 0) {
            pool.give(this);
        }
    }

    /** Whether its writer is the only one left and Netty holds no part of it: it can be filled from its start again. */
    public boolean onlyItsWriterHoldsIt() {
        return holders == 1 && buffer.refCnt() == 1;
    }

    void heldByItsWriter() {
        holders = 1;
    }
}
