package io.slotgate.proxy.config;

/** Which of Netty's transports the workers run on. */
public enum Transport {
    /** The best one this machine has: epoll on Linux, NIO elsewhere. */
    AUTO, EPOLL, IO_URING, NIO
}
