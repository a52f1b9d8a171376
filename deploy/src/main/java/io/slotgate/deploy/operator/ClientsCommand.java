package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clients} and {@code clients list} are the same. */
@Command(name = "clients", description = "List the clients of the proxy.", subcommands = {ClientsCommand.Listing.class,
    ClientsCommand.Kill.class})
final class ClientsCommand extends ClientList {
    /** Under its own name. */
    @Command(name = "list", description = "List the clients of the proxy.")
    static final class Listing extends ClientList {}

    /** Closes connections. */
    @Command(name = "kill", description = "Close the connections of clients: of those named, or of all that match.")
    static final class Kill extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "Ids of clients.", arity = "0..*")
        private List<Long> ids = List.of();

        @Option(names = "--user", paramLabel = "USER", description = "Who came in as this user.")
        private @Nullable String user;

        @Option(names = "--addr", paramLabel = "ADDRESS", description = "Who comes from this address, with the port or without.")
        private @Nullable String address;

        @Option(names = "--name", paramLabel = "NAME", description = "Who gave itself this name.")
        private @Nullable String name;

        @Option(names = "--min-age", paramLabel = "SECONDS", description = "Who is connected for so long.")
        private @Nullable Long minAge;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call().
        private CommandSpec spec;

        @Override
        int run(Talk talk) throws IOException, InterruptedException {
            Map<String, Object> body = new TreeMap<>();
            put(body, "ids", ids.isEmpty() ? null : ids);
            put(body, "user", user);
            put(body, "addr", address);
            put(body, "name", name);
            put(body, "minAge", minAge);
            if (body.isEmpty()) {
                throw new CommandLine.ParameterException(spec.commandLine(),
                        "Missing: whose connections (expected: ids, or some of --user, --addr, --name, --min-age)");
            }
            Answer answer = talk.client().send("POST", "/clients/kill", Map.of(), body);
            talk.print(answer, killed -> List.of(Text.number(killed, "killed") + " connections closed"));
            return Text.number(answer.json(), "killed") < ids.size() ? FAILED : DONE;
        }

        private static void put(Map<String, Object> body, String member, @Nullable Object value) {
            if (value != null) {
                body.put(member, value);
            }
        }
    }
}
