package io.slotgate.proxy.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Records CLUSTER KEYSLOT of {@code valkey-server} 8.0.1, on the PATH, for keys of every length, binary ones and all kinds of
 * braces among them. A main class: run it from the repository's root.
 */
final class SlotRecorder {
    private static final long SEED = 20_261_121;

    private SlotRecorder() {}

    public static void main(String[] args) throws IOException {
        List<String> keys = new ArrayList<>(
                List.of("", "{}", "{", "}", "}{", "{{}}", "{}{a}", "{a}", "{a}{b}", "a{b}{c}",
                        "foo{}{bar}", "foo{{bar}}zap", "foo{bar}{zap}", "{user1000}.following", "{user1000}.followers",
                        "123456789",
                        "a{", "a{b", "a}b{", "a}{b}", "{a", "a{}b", "a{b}c{d}e", "{{{{a}}}}", "12345678{abcdefgh}",
                        "1234567{abcdefghi}x"));
        Random random = new Random(SEED);
        for (int length = 0; length < 70; length++) {
            for (String alphabet : List.of("abcdefghijklmnopqrstuvwxyz:0123456789", "ab{}", "abcdefghijkl{}")) {
                StringBuilder key = new StringBuilder();
                random.ints(length, 0, alphabet.length()).forEach(i -> key.append(alphabet.charAt(i)));
                keys.add(key.toString());
            }
            StringBuilder binary = new StringBuilder();
            random.ints(length, 0, 256).forEach(b -> binary.append((char) b));
            keys.add(binary.toString());
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "# CLUSTER KEYSLOT of valkey-server 8.0.1; written by SlotRecorder: slot, then the key's bytes in hexadecimal.");
        try (RecordingServer server = new RecordingServer("valkey-server");
                RespClient client = new RespClient(server.port())) {
            for (String key : keys) {
                lines.add(client.call("CLUSTER", "KEYSLOT", key) + " "
                        + HexFormat.of().formatHex(key.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
        Files.write(Recordings.sourceDirectory().resolve(Recordings.SLOTS), lines);
    }
}
