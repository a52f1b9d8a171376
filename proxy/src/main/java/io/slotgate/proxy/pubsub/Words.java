package io.slotgate.proxy.pubsub;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.route.Route.Audience;
import java.nio.charset.StandardCharsets;

/** The words of the protocol's commands and confirmations. */
public final class Words {
    private Words() {}

    /** {@code subscribe}, {@code punsubscribe} and so on, as commands and confirmations have it. */
    public static String verb(Audience audience, boolean begin) {
        return switch (audience) {
            case CHANNEL -> begin ? "subscribe" : "unsubscribe";
            case PATTERN -> begin ? "psubscribe" : "punsubscribe";
            case SHARD -> begin ? "ssubscribe" : "sunsubscribe";
        };
    }

    /**
     * Writes what confirms a (un)subscription to a client.
     *
     * @param subscriptions how many of its kind the client has now
     */
    public static void confirmation(ByteBuf out, int protocol, boolean begin, Topic topic, int subscriptions) {
        head(out, protocol, verb(topic.audience(), begin));
        bulk(out, topic.bytes());
        ReplyWriter.integer(out, subscriptions);
    }

    /** Writes what confirms to a client that it has left everything, though there was nothing to leave. */
    public static void nothingToLeave(ByteBuf out, int protocol, Audience audience, int subscriptions) {
        head(out, protocol, verb(audience, false));
        ReplyWriter.nil(out, protocol);
        ReplyWriter.integer(out, subscriptions);
    }

    private static void head(ByteBuf out, int protocol, String verb) {
        out.writeByte(protocol < 3 ? '*' : '>').writeByte('3').writeShort(0x0D0A);
        ReplyWriter.bulk(out, verb);
    }

    /** Writes the command for one topic to a node. */
    static void command(ByteBuf out, boolean begin, Topic topic) {
        ReplyWriter.array(out, 2);
        ReplyWriter.bulk(out, verb(topic.audience(), begin));
        bulk(out, topic.bytes());
    }

    private static void bulk(ByteBuf out, byte[] bytes) {
        out.writeByte('$');
        ReplyWriter.decimal(out, bytes.length);
        out.writeShort(0x0D0A).writeBytes(bytes).writeShort(0x0D0A);
    }

    /** What is in a bulk string whose length line begins at {@code start}; a char for each byte. */
    static String text(ByteBuf buffer, int start, int end) {
        int length = length(buffer, start, end);
        int from = behindLine(buffer, start, end);
        return buffer.toString(from, length, StandardCharsets.ISO_8859_1);
    }

    /** Behind the bulk string whose length line begins at {@code start}. */
    static int behind(ByteBuf buffer, int start, int end) {
        return behindLine(buffer, start, end) + length(buffer, start, end) + 2;
    }

    static int behindLine(ByteBuf buffer, int start, int end) {
        return buffer.indexOf(start, end, (byte) '\n') + 1;
    }

    private static int length(ByteBuf buffer, int start, int end) {
        if (buffer.getByte(start) != '$') {
            throw new IllegalArgumentException("no string");
        }
        int length = 0;
        for (int at = start + 1; at < end && buffer.getByte(at) != '\r'; at++) {
            length = length * 10 + buffer.getByte(at) - '0';
        }
        if (length < 0 || length > end - start) {
            throw new IllegalArgumentException("a string of " + length + " bytes");
        }
        return length;
    }
}
