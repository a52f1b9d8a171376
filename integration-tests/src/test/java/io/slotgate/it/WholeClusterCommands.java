package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that asks, one after the other and until it is closed, for what concerns the whole cluster: what goes to all primaries,
 * to any of them, or to several slots. None may fail, and of some the reply is known.
 */
final class WholeClusterCommands implements AutoCloseable {
    private static final String LIBRARY = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";
    private static final List<String> WITHOUT_ERROR = List.of("KEYS *", "SCAN 0", "RANDOMKEY", "SCRIPT LOAD return(1)",
            "SCRIPT EXISTS e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "EVAL return(1) 0", "PUBSUB CHANNELS",
            "PUBSUB NUMPAT", "PUBSUB SHARDCHANNELS", "WAIT 0 50", "CLIENT TRACKING ON BCAST", "CLIENT TRACKING OFF",
            "FUNCTION LIST", "FUNCTION DUMP", "FUNCTION STATS", "INFO", "SLOWLOG GET", "LATENCY HISTOGRAM",
            "MEMORY STATS", "PUBLISH c x", "MSET a 1 b 2 c 3 d 4", "MGET a b c d", "DEL a b c d");

    private final Wire client;
    private final Thread thread = new Thread(this::run, "whole-cluster-commands");
    private final List<String> wrong = new ArrayList<>();
    private volatile boolean over;
    private int rounds;

    private WholeClusterCommands(Wire client) {
        this.client = client;
    }

    static WholeClusterCommands start(Wire client) {
        WholeClusterCommands commands = new WholeClusterCommands(client);
        commands.thread.start();
        return commands;
    }

    private void run() {
        try {
            while (!over) {
                for (String line : WITHOUT_ERROR) {
                    if (client.call(line.split(" ")) instanceof Reply.Failure failure) {
                        wrong.add(line + " was answered " + failure.text());
                    }
                }
                expect("OK", "FLUSHALL");
                expect("lib", "FUNCTION", "LOAD", "REPLACE", LIBRARY);
                expect(0L, "DBSIZE");
                rounds++;
            }
        } catch (IOException | AssertionError e) {
            wrong.add(e.toString());
        }
    }

    private void expect(Object expected, String... command) throws IOException {
        @Nullable
        Object reply = client.call(command);
        if (!expected.equals(reply)) {
            wrong.add(String.join(" ", command) + " was answered " + reply + " instead of " + expected);
        }
    }

    /** Ends it. */
    void assertAllWent() throws IOException, InterruptedException {
        close();
        assertThat(wrong).isEmpty();
        assertThat(rounds).isPositive();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        over = true;
        thread.join();
        client.close();
    }
}
