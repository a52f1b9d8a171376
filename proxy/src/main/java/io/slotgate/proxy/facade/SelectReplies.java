package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.OptionalLong;

/**
 * The server's words about SELECT.
 *
 * @see <a href="https://valkey.io/commands/select/">SELECT</a>
 */
public final class SelectReplies {
    private static final byte[] NOT_AN_INTEGER = Replies.bytes("-ERR value is not an integer or out of range\r\n");
    private static final byte[] NOT_AN_INT = Replies
            .bytes("-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
    private static final byte[] ONE_DATABASE = Replies.bytes("-ERR SELECT is not allowed in cluster mode\r\n");
    private static final byte[] OUT_OF_RANGE = Replies.bytes("-ERR DB index is out of range\r\n");

    private SelectReplies() {}

    /**
     * The database that SELECT asks for; if there is none, the error is written to {@code error}.
     *
     * @param databases how many there are; 0: the server does not know that there can be more than one
     * @return -1 if it is no number of a database
     */
    public static int database(RequestFrame frame, int databases, ByteBuf error) {
        OptionalLong named = Integers.parse(frame, 1);
        if (named.isEmpty()) {
            error.writeBytes(NOT_AN_INTEGER);
            return -1;
        }
        long database = named.getAsLong();
        if (database != (int) database) {
            error.writeBytes(NOT_AN_INT);
            return -1;
        }
        if (database < 0 || database >= Math.max(1, databases)) {
            error.writeBytes(databases == 0 ? ONE_DATABASE : OUT_OF_RANGE);
            return -1;
        }
        return (int) database;
    }

    public static void ok(ByteBuf out) {
        out.writeBytes(Replies.OK);
    }
}
