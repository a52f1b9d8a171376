package io.slotgate.topology.discovery;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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

    /** Has the commands executed, and tells the errors of those that were refused, by their names. */
    CompletableFuture<Map<String, String>> errors(List<StandingCommand> commands) {
        Map<String, CompletableFuture<String>> sent = new HashMap<>();
        for (StandingCommand command : commands) {
            CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
            command.words().stream().skip(1).forEach(word -> arguments.add(word.getBytes(StandardCharsets.UTF_8)));
            sent.put(command.name(),
                    send(command.words().getFirst(), new StatusOutput<>(ByteArrayCodec.INSTANCE), arguments)
                            .thenApply(done -> "").exceptionally(NodeConnection::error));
        }
        return CompletableFuture.allOf(sent.values().toArray(CompletableFuture[]::new)).thenApply(done -> {
            Map<String, String> errors = new HashMap<>();
            sent.forEach((name, answer) -> {
                if (!answer.join().isEmpty()) {
                    errors.put(name, answer.join());
                }
            });
            return errors;
        });
    }

    /** What the node answered; anything else that went wrong goes on as it is. */
    private static String error(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (cause instanceof RedisCommandExecutionException) {
            return String.valueOf(cause.getMessage());
        }
        throw new CompletionException(cause);
    }

    void close() {
        connection.closeAsync();
    }

    private <T> CompletableFuture<T> send(NodeCommand command, CommandOutput<byte[], byte[], T> output) {
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        String argument = command.argument();
        if (argument != null) {
            for (String part : argument.split(" ", -1)) {
                arguments.add(part);
            }
        }
        return send(command.word(), output, arguments);
    }

    private <T> CompletableFuture<T> send(String word, CommandOutput<byte[], byte[], T> output,
            CommandArgs<byte[], byte[]> arguments) {
        AsyncCommand<byte[], byte[], T> sent = new AsyncCommand<>(
                new Command<>(new Keyword(word), output, arguments));
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
