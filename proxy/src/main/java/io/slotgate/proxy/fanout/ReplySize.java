package io.slotgate.proxy.fanout;

/** Sizes of merged replies, in bytes. */
final class ReplySize {
    /** Up to this, a reply is composed in the worker's scratch buffer. */
    static final int SMALL = 16 * 1024;

    private ReplySize() {}
}
