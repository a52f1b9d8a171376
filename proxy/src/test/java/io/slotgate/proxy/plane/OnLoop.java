package io.slotgate.proxy.plane;

import io.netty.channel.EventLoop;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Runs what is confined to an event loop on it, and waits for it. */
public record OnLoop(EventLoop loop) {
    public void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    public <T> T call(Callable<T> task) {
        try {
            return loop.submit(task).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
