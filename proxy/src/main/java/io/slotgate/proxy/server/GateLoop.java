package io.slotgate.proxy.server;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.concurrent.TimeUnit;

/** What the gate needs of its event loop. */
interface GateLoop {
    long nanoTime();

    /**
     * Runs a task when this turn of the loop has handled its I/O and its tasks, the flush of the established clients
     * among them; called from such a task, when the next turn has.
     */
    void atEndOfTurn(Runnable task);

    void after(long nanos, Runnable task);

    /** Makes the channel one of this loop's. */
    void register(Channel channel);

    /** @param planned told, on the loop, that a task will run between two turns */
    static GateLoop of(EventLoop loop, Runnable planned) {
        return new GateLoop() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void atEndOfTurn(Runnable task) {
                planned.run();
                if (loop instanceof SingleThreadEventLoop turning) {
                    // Added from a tail task, a tail task would run in the same turn and no I/O in between.
                    turning.execute(() -> turning.executeAfterEventLoopIteration(task));
                } else {
                    loop.execute(task);
                }
            }

            @Override
            public void after(long nanos, Runnable task) {
                loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public void register(Channel channel) {
                loop.register(channel);
            }
        };
    }
}
