package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * By SCAN, of nodes that have a hash table for each slot and name it in their cursors: Valkey 8, Redis 7.4.
 *
 * @param options what stands behind the cursor in the command
 * @param argc its arguments in all
 */
record TableReads(ByteBuf options, int argc) implements SlotReads {
    @Override
    public List<ByteBuf> commands(SlotCursor from, int last) {
        ByteBuf out = Unpooled.buffer(64 + options.readableBytes());
        out.writeByte('*');
        ReplyWriter.decimal(out, argc);
        out.writeBytes("\r\n$4\r\nSCAN\r\n".getBytes(StandardCharsets.US_ASCII));
        ReplyWriter.bulk(out, Long.toString(from.inner() * 16_384 + from.slot()));
        return List.of(out.writeBytes(options, options.readerIndex(), options.readableBytes()));
    }

    @Override
    public ByteBuf scanned(List<ByteBuf> replies, SlotCursor from, int last) {
        return replies.getFirst();
    }
}
