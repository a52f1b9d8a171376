package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.SlotTags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Ten thousand commands over all slots, written before the first reply is read: for one slot and for several, writing and
 * reading what was written just before, so that the replies tell their places.
 */
final class AllSlotsPipeline {
    private static final int COMMANDS = 10_000;
    private static final int GROUPS = COMMANDS / 4;
    private static final int LONGEST = 300;

    private final String prefix;
    private final ByteArrayOutputStream commands = new ByteArrayOutputStream();
    private final List<String> replies = new ArrayList<>();

    /**
     * @param prefix what its keys begin with
     * @param round what its values begin with, so that those of another time are not taken for them
     */
    AllSlotsPipeline(String prefix, int round) {
        this.prefix = prefix;
        for (int group = 0; group < GROUPS; group++) {
            int first = group * SlotHash.SLOTS / GROUPS;
            int end = (group + 1) * SlotHash.SLOTS / GROUPS;
            List<String> set = new ArrayList<>(List.of("MSET"));
            List<String> get = new ArrayList<>(List.of("MGET"));
            StringBuilder values = new StringBuilder("*" + (end - first - 1) + "\r\n");
            for (int slot = first + 1; slot < end; slot++) {
                set.addAll(List.of(key(slot), value(round, slot)));
                get.add(key(slot));
                values.append(bulk(value(round, slot)));
            }
            add("+OK\r\n", "SET", key(first), value(round, first));
            add("+OK\r\n", set.toArray(String[]::new));
            add(bulk(value(round, first)), "GET", key(first));
            add(values.toString(), get.toArray(String[]::new));
        }
    }

    private void add(String reply, String... command) {
        commands.writeBytes(Wire.command(command));
        replies.add(reply);
    }

    private String key(int slot) {
        return prefix + "{" + SlotTags.of(slot) + "}";
    }

    private static String value(int round, int slot) {
        return "round " + round + " slot " + slot + " " + "x".repeat(slot % LONGEST);
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    /** Sends all of it, and then checks reply after reply. */
    void run(Wire client) throws IOException {
        client.write(commands.toByteArray());
        for (int i = 0; i < replies.size(); i++) {
            String reply = client.readRaw();
            if (!reply.equals(replies.get(i))) {
                assertThat(reply).as("reply %d of %d", i, replies.size()).isEqualTo(replies.get(i));
            }
        }
    }
}
