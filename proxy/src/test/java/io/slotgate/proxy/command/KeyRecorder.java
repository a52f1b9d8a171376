package io.slotgate.proxy.command;

import io.slotgate.proxy.command.RespClient.ReplyError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records what {@code valkey-server} 8.0.1, on the PATH, finds as keys: the answer of COMMAND GETKEYS, and, which is what
 * counts, where a cluster node that owns no slot sends the command. A main class: run it from the repository's root.
 */
final class KeyRecorder {
    private static final long SEED = 20_261_121;
    private static final int EDITED_SIMPLE = 6;
    private static final int EDITED_MOVABLE = 80;

    private KeyRecorder() {}

    public static void main(String[] args) throws IOException {
        try (RecordingServer owner = new RecordingServer("valkey-server");
                RecordingServer asked = new RecordingServer("valkey-server");
                RespClient ownerClient = new RespClient(owner.port());
                RespClient askedClient = new RespClient(asked.port())) {
            ownerClient.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            askedClient.call("CLUSTER", "MEET", "127.0.0.1", Integer.toString(owner.port()));
            awaitCluster(askedClient);
            List<String> lines = new ArrayList<>();
            lines.add(
                    "# Keys as valkey-server 8.0.1 finds them; written by KeyRecorder, columns as in KeyRecording.line().");
            KeyVectors vectors = new KeyVectors(SEED);
            for (CommandSpec spec : CommandTable.builtIn().all()) {
                if (spec.keyed() && !spec.name().equals("debug")) {
                    int edited = spec.has(CommandFlag.MOVABLEKEYS) ? EDITED_MOVABLE : EDITED_SIMPLE;
                    for (List<String> vector : vectors.of(spec, edited)) {
                        lines.add(record(asked.port(), askedClient, vector).line());
                    }
                }
            }
            Files.write(Recordings.sourceDirectory().resolve(Recordings.KEYS), lines);
        }
    }

    private static void awaitCluster(RespClient client) throws IOException {
        for (int i = 0; i < 1_000_000; i++) {
            if (new String((byte[]) client.call("CLUSTER", "INFO"), StandardCharsets.US_ASCII)
                    .contains("cluster_state:ok")) {
                return;
            }
        }
        throw new IOException("cluster: not ok (expected: cluster_state:ok)");
    }

    private static KeyRecording record(int port, RespClient client, List<String> vector) throws IOException {
        Object reply = client.call(Stream.concat(Stream.of("COMMAND", "GETKEYS"), vector.stream()).toList());
        List<String> keys = new ArrayList<>();
        String refusal = "";
        if (reply instanceof ReplyError error) {
            refusal = refusal(error.text());
        } else if (reply instanceof List<?> found) {
            found.forEach(key -> keys.add(new String((byte[]) key, StandardCharsets.ISO_8859_1)));
        }
        // A connection each: some commands change theirs.
        try (RespClient fresh = new RespClient(port)) {
            return new KeyRecording(vector, keys, refusal, route(fresh.call(vector)));
        }
    }

    private static String refusal(String error) throws IOException {
        if (error.contains("The command has no key arguments")) {
            return "nokeys";
        } else if (error.contains("Invalid number of arguments")) {
            return "arity";
        } else if (error.contains("Invalid arguments specified")) {
            return "invalid";
        }
        throw new IOException("COMMAND GETKEYS: " + error + " (expected: one of its refusals)");
    }

    private static String route(@Nullable Object reply) {
        String error = reply instanceof ReplyError e ? e.text() : "";
        if (error.startsWith("MOVED ")) {
            return error.split(" ")[1];
        }
        return error.startsWith("CROSSSLOT") ? "cross" : "local";
    }
}
