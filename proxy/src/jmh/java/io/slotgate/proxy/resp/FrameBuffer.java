package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Frames that lie behind each other in one buffer, for benchmarks of what comes after scanning. */
public final class FrameBuffer {
    private final ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16 * 1024);

    public ByteBuf bytes() {
        return buffer;
    }

    public RequestFrame frame(String... arguments) {
        RequestFrame frame = new RequestFrame().reset(buffer, buffer.writerIndex(), buffer.writerIndex());
        for (String argument : arguments) {
            frame.addArgument(buffer.writerIndex(), argument.length());
            buffer.writeCharSequence(argument, StandardCharsets.US_ASCII);
        }
        return frame;
    }

    public void release() {
        buffer.release();
    }
}
