package io.slotgate.proxy.plane;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.slotgate.proxy.server.NetworkStack;
import io.slotgate.proxy.upstream.ChannelBudget;
import io.slotgate.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;

/** A worker without clients, that has connections for others. */
final class Neighbour implements AutoCloseable {
    private final ChannelBudget budget;
    private final EventLoopGroup group;
    private final Worker worker;

    Neighbour(NetworkStack stack, ChannelBudget budget) {
        this.budget = budget;
        this.group = stack.newGroup("neighbour", 1);
        EventLoop loop = group.next();
        this.worker = loop.submit(() -> new Worker(loop, PooledByteBufAllocator.DEFAULT)).syncUninterruptibly()
                .getNow();
        budget.join(worker);
    }

    @Override
    public void close() {
        worker.loop().submit(() -> {
            budget.close(worker);
            worker.close();
        }).syncUninterruptibly();
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
