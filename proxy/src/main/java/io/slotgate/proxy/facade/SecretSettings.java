package io.slotgate.proxy.facade;

import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The settings of the nodes behind us that hold a password, which CONFIG GET would show to every client. */
final class SecretSettings {
    /** Bytes of a pattern that are looked at; no setting has so long a name. */
    private static final int LONGEST = 1024;
    private static final List<byte[]> NAMES = new ArrayList<>();

    static {
        for (String name : List.of("requirepass", "masterauth", "primaryauth", "tls-key-file-pass",
                "tls-client-key-file-pass")) {
            NAMES.add(name.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private SecretSettings() {}

    /** Whether one of the names or patterns of a {@code CONFIG GET} may be that of a password; one too long may. */
    static boolean askedFor(RequestFrame frame) {
        for (int i = 2; i < frame.argc(); i++) {
            if (frame.length(i) > LONGEST) {
                return true;
            }
            for (byte[] name : NAMES) {
                if (mayMatch(frame, i, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether the server's glob pattern may match: {@code [} is taken for any characters whatsoever and a backslash for
     * nothing, so it says yes to more than the server does, never to less. Time grows with the pattern's length times the
     * name's, whatever the pattern.
     */
    private static boolean mayMatch(RequestFrame frame, int argument, byte[] name) {
        int offset = frame.offset(argument);
        boolean[] reached = new boolean[name.length + 1];
        reached[0] = true;
        for (int i = 0; i < frame.length(argument); i++) {
            int b = lower(frame.buffer().getByte(offset + i));
            if (b == '[') {
                return anyOf(reached);
            }
            if (b == '*') {
                for (int at = 1; at <= name.length; at++) {
                    reached[at] |= reached[at - 1];
                }
            } else if (b != '\\') {
                for (int at = name.length; at > 0; at--) {
                    reached[at] = reached[at - 1] && (b == '?' || b == name[at - 1]);
                }
                reached[0] = false;
            }
        }
        return reached[name.length];
    }

    private static boolean anyOf(boolean[] flags) {
        for (boolean flag : flags) {
            if (flag) {
                return true;
            }
        }
        return false;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }
}
