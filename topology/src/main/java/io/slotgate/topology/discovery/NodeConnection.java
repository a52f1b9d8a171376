package io.slotgate.topology.discovery;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An open connection to one node; for any thread. Futures complete on a Lettuce thread. */
final class NodeConnection {
    private final StatefulRedisConnection<byte[], byte[]> connection;

    NodeConnection(StatefulRedisConnection<byte[], byte[]> connection) {
        this.connection = connection;
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Asks for a reply that is one string. */
    CompletableFuture<String> text(NodeCommand command) {
        return send(command, new ValueOutput<>(ByteArrayCodec.INSTANCE)).thenApply(reply -> {
            if (reply == null) {
                throw new MalformedReplyException(command + ": null (expected: a string)");
            }
            return new String(reply, StandardCharsets.UTF_8);
        });
    }

    /** Asks for a reply of nested arrays: lists with byte array and Long leaves. */
    CompletableFuture<List<Object>> nested(NodeCommand command) {
        return send(command, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE)).thenApply(reply -> {
            if (reply == null) {
                throw new MalformedReplyException(command + ": null (expected: an array)");
            }
            return reply;
        });
    }

    void close() {
        connection.closeAsync();
    }

    private <T> CompletableFuture<T> send(NodeCommand command, CommandOutput<byte[], byte[], T> output) {
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        String argument = command.argument();
        if (argument != null) {
            arguments.add(argument);
        }
        AsyncCommand<byte[], byte[], T> sent = new AsyncCommand<>(
                new Command<>(new Keyword(command.word()), output, arguments));
        connection.dispatch(sent);
        return sent;
    }

    /** Lettuce's own list of commands is long to load and lacks some that are sent here. */
    private record Keyword(String word) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return word.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
