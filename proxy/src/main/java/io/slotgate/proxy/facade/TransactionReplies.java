package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;

/**
 * What the server says around transactions, in its own words.
 *
 * @see <a href="https://valkey.io/topics/transactions/">Transactions</a>
 */
public final class TransactionReplies {
    private static final byte[] QUEUED = Replies.bytes("+QUEUED\r\n");
    private static final byte[] NOTHING = Replies.bytes("*0\r\n");
    private static final byte[] NOT_ALLOWED = Replies.bytes("-ERR Command not allowed inside a transaction\r\n");
    private static final byte[] NESTED = Replies.bytes("-ERR MULTI calls can not be nested\r\n");
    private static final byte[] WATCH_INSIDE = Replies.bytes("-ERR WATCH inside MULTI is not allowed\r\n");
    private static final byte[] EXEC_WITHOUT_MULTI = Replies.bytes("-ERR EXEC without MULTI\r\n");
    private static final byte[] DISCARD_WITHOUT_MULTI = Replies.bytes("-ERR DISCARD without MULTI\r\n");
    private static final byte[] ABORTED = Replies
            .bytes("-EXECABORT Transaction discarded because of previous errors.\r\n");
    private static final byte[] EXEC_ARITY = Replies.bytes(
            "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n");
    private static final byte[] CONFLICT = Replies.bytes("*-1\r\n");
    private static final byte[] CONFLICT_RESP3 = Replies.bytes("_\r\n");

    private TransactionReplies() {}

    public static void ok(ByteBuf out) {
        out.writeBytes(Replies.OK);
    }

    public static void queued(ByteBuf out) {
        out.writeBytes(QUEUED);
    }

    /** EXEC without a command. */
    public static void nothing(ByteBuf out) {
        out.writeBytes(NOTHING);
    }

    /** MULTI, WATCH and a few others behind MULTI. */
    public static void notAllowed(ByteBuf out) {
        out.writeBytes(NOT_ALLOWED);
    }

    /** MULTI or WATCH behind MULTI, as Redis puts it, where that does not spoil the transaction. */
    public static void nested(ByteBuf out, boolean watch) {
        out.writeBytes(watch ? WATCH_INSIDE : NESTED);
    }

    public static void execWithoutMulti(ByteBuf out) {
        out.writeBytes(EXEC_WITHOUT_MULTI);
    }

    public static void discardWithoutMulti(ByteBuf out) {
        out.writeBytes(DISCARD_WITHOUT_MULTI);
    }

    /** EXEC when a command was refused before. */
    public static void aborted(ByteBuf out) {
        out.writeBytes(ABORTED);
    }

    /** EXEC with an argument, which ends the transaction all the same. */
    public static void execArity(ByteBuf out) {
        out.writeBytes(EXEC_ARITY);
    }

    /** EXEC when a watched key was touched. */
    public static void conflict(ByteBuf out, int protocol) {
        out.writeBytes(protocol < 3 ? CONFLICT : CONFLICT_RESP3);
    }
}
