package io.slotgate.topology.discovery;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What CONFIG GET says of {@code cluster-databases}.
 *
 * @see <a href="https://valkey.io/commands/select/">SELECT</a>
 */
final class Databases {
    private static final String NAME = "cluster-databases";

    private Databases() {}

    /**
     * The number in a reply of names and values in turn; 0 if the name is not among them.
     *
     * @throws MalformedReplyException if there is no number behind the name
     */
    static int count(List<Object> reply) {
        for (int i = 0; i < reply.size(); i++) {
            if (!text(reply.get(i)).equals(NAME)) {
                continue;
            }
            String value = i + 1 < reply.size() ? text(reply.get(i + 1)) : "";
            try {
                int count = Integer.parseInt(value);
                if (count >= 1) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            throw new MalformedReplyException(NAME + ": '" + value + "' (expected: a number from 1 on)");
        }
        return 0;
    }

    private static String text(Object leaf) {
        return leaf instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(leaf);
    }
}
