package io.slotgate.proxy.worker;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that ends each {@link Turn} itself, behind its I/O and its tasks: the way by its queue of tasks, there and back
 * for each look, would cost 1 to 2 % of what a command costs.
 */
public final class WorkerLoop extends SingleThreadIoEventLoop {
    private @Nullable Turn turn;

    private WorkerLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory ioHandlers) {
        super(parent, executor, ioHandlers);
    }

    /**
     * A group of such loops.
     *
     * @param threads at least 1
     * @param ioHandlers what the transport is
     */
    public static EventLoopGroup newGroup(int threads, ThreadFactory threadFactory, IoHandlerFactory ioHandlers) {
        return new MultiThreadIoEventLoopGroup(threads, threadFactory, ioHandlers) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory ioHandlers, Object... args) {
                return new WorkerLoop(this, executor, ioHandlers);
            }
        };
    }

    /** Ends each of its turns with {@code turn} from now on. Any thread. */
    void endWith(Turn turn) {
        if (inEventLoop()) {
            this.turn = turn;
        } else {
            execute(() -> this.turn = turn);
        }
    }

    @Override
    protected void afterRunningAllTasks() {
        Turn ending = turn;
        if (ending != null) {
            ending.end();
        }
        super.afterRunningAllTasks();
    }

    /** It is this by which Netty decides whether to wait for I/O, or only to look. */
    @Override
    protected boolean hasTasks() {
        Turn ending = turn;
        return (ending != null && ending.due()) || super.hasTasks();
    }
}
