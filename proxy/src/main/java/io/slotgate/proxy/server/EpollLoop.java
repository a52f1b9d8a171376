package io.slotgate.proxy.server;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Epoll as Netty has it, but for one thing: a connection that wants to hear of nothing can come back later.
 *
 * <p>Netty (4.2.18) takes such a connection out of epoll and forgets that it did: the next wish, as "tell me when I can write
 * again", fails with {@code ENOENT} and the connection is closed. It happens to clients that shut their writing side down
 * (nothing more to read, nothing yet to write) and then get more replies than their socket takes at once.
 */
final class EpollLoop implements IoHandler {
    private final IoHandler epoll;

    private EpollLoop(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory(IoHandlerFactory epoll) {
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new EpollLoop(epoll.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return epoll.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(handle, epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** A connection's place in epoll; taken anew when it had been given up. Confined to the loop but for its end. */
    private final class Registration implements IoRegistration {
        private final IoHandle handle;
        private volatile IoRegistration current;
        private boolean givenUp;

        Registration(IoHandle handle, IoRegistration first) {
            this.handle = handle;
            this.current = first;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty declares it
        public <T> T attachment() {
            return current.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean wantsNothing = ((EpollIoOps) ops).value() == EpollIoOps.NONE.value();
            if (givenUp && current.isValid()) {
                if (wantsNothing) {
                    return 0;
                }
                takeAnew();
            }
            givenUp = wantsNothing;
            return current.submit(ops);
        }

        private void takeAnew() {
            current.cancel();
            try {
                current = epoll.register(handle);
            } catch (Exception e) {
                throw new IllegalStateException("epoll took a connection once and does not again", e);
            }
        }

        @Override
        public boolean isValid() {
            return current.isValid();
        }

        @Override
        public boolean cancel() {
            return current.cancel();
        }
    }
}
