package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.plane.TestClient;
import java.util.List;

/** What tests of tracking ask for, and what they are told. */
final class TrackingClients {
    /** That everything is invalid. */
    static final String ALL = "[invalidate, (nil)]";

    private TrackingClients() {}

    static void turnOn(TestClient client, String... options) {
        String[] words = new String[3 + options.length];
        words[0] = "CLIENT";
        words[1] = "TRACKING";
        words[2] = "ON";
        System.arraycopy(options, 0, words, 3, options.length);
        assertThat(client.call(words)).isEqualTo("OK");
    }

    /** That these keys are. */
    static String invalid(String... keys) {
        return "[invalidate, " + List.of(keys) + "]";
    }
}
