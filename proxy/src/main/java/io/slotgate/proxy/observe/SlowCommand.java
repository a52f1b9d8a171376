package io.slotgate.proxy.observe;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that took long here, as the slow log keeps it. Immutable.
 *
 * @param id counts up from 0, over all workers of this proxy
 * @param unixSeconds when it was answered, seconds since 1970
 * @param micros from its reading to its reply
 * @param arguments the command's, its name first, a char for each byte; clipped as a server does it
 * @param client the client's address and port
 * @param clientName what it calls itself; empty if it does not
 */
public record SlowCommand(long id, long unixSeconds, long micros, List<String> arguments, String client,
        String clientName) {
    public SlowCommand {
        arguments = List.copyOf(arguments);
    }

    /** The arguments as text that people can read. */
    public List<String> readableArguments() {
        return arguments.stream().map(argument -> {
            byte[] bytes = argument.getBytes(StandardCharsets.ISO_8859_1);
            return Texts.clipped(bytes, bytes.length, bytes.length);
        }).toList();
    }
}
