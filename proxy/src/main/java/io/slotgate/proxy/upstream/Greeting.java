package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is said on a new connection before the first command: who we are, and which protocol we speak. */
final class Greeting {
    private Greeting() {}

    /**
     * Writes the commands.
     *
     * @param database what the connection is to select
     * @return how many replies they will have; none if the connection is fine as it is
     */
    static int write(ByteBuf out, ChannelKey key, Upstream settings, int database) {
        List<String> words = new ArrayList<>();
        String password = settings.password() == null ? null : settings.password().reveal();
        String user = settings.user() == null ? "default" : settings.user();
        if (key.protocol() == 3) {
            words.addAll(List.of("HELLO", "3"));
            if (password != null) {
                words.addAll(List.of("AUTH", user, password));
            }
        } else if (password != null) {
            words.add("AUTH");
            if (settings.user() != null) {
                words.add(user);
            }
            words.add(password);
        }
        int replies = 0;
        if (!words.isEmpty()) {
            write(out, words);
            replies++;
        }
        if (database != 0) {
            write(out, List.of("SELECT", Integer.toString(database)));
            replies++;
        }
        if (key.lane() == Lane.REPLICA) {
            write(out, List.of("READONLY"));
            replies++;
        }
        return replies;
    }

    /**
     * Writes a command that any node answers: one that hangs takes connections all the same, for the system does it for it.
     *
     * @return how many replies it will have
     */
    static int writePing(ByteBuf out) {
        write(out, List.of("PING"));
        return 1;
    }

    private static void write(ByteBuf out, List<String> words) {
        out.writeBytes(("*" + words.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(bytes).writeShort(0x0D0A);
        }
    }
}
