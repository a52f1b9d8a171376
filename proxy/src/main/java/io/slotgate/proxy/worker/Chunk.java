package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;

/**
 * A piece of memory that many commands or replies lie in, one behind the other, and that is free again when the last of
 * them is done with. Counts its holders in a plain field, because a worker never shares one.
 */
public final class Chunk {
    private final ChunkPool pool;
    private final ByteBuf buffer;
    private final boolean usual;
    private int holders = 1;

    /** @param usual whether it can be filled again for another use; else it is somebody's buffer, or of an unusual size */
    Chunk(ChunkPool pool, ByteBuf buffer, boolean usual) {
        this.pool = pool;
        this.buffer = buffer;
        this.usual = usual;
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
        assert holders > 0 : "dropped more often than held";
        if (--holders == 0) {
            pool.give(this);
        }
    }

    /** Whether its writer is the only one left and Netty holds no part of it: it can be filled from its start again. */
    public boolean onlyItsWriterHoldsIt() {
        return holders == 1 && buffer.refCnt() == 1;
    }

    boolean usual() {
        return usual;
    }

    void heldByItsWriter() {
        holders = 1;
    }
}
