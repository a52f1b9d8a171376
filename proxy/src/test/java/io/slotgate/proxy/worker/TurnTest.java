package io.slotgate.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Turn turn = new Turn(channel.eventLoop());
    private final List<String> flushed = new ArrayList<>();

    @Test
    void nodesAreFlushedBeforeClients() {
        turn.flushClient(note("client"));
        turn.flushNode(note("node"));

        channel.runPendingTasks();

        assertThat(flushed).containsExactly("node", "client");
    }

    @Test
    void nothingIsFlushedTwice() {
        turn.flushClient(note("client"));
        channel.runPendingTasks();
        turn.flushNode(note("node"));
        channel.runPendingTasks();
        channel.runPendingTasks();

        assertThat(flushed).containsExactly("client", "node");
    }

    @Test
    void thousandsFitInOneTurn() {
        for (int i = 0; i < 3000; i++) {
            turn.flushNode(note("n" + i));
            turn.flushClient(note("c" + i));
        }

        channel.runPendingTasks();

        assertThat(flushed).hasSize(6000).startsWith("n0", "n1").endsWith("c2998", "c2999");
    }

    @Test
    void whatBecomesReadyWhileOthersAreFlushedGoesInTheSameTurnAndNodesFirst() {
        turn.flushClient(() -> {
            flushed.add("first");
            for (int i = 0; i < 300; i++) {
                turn.flushClient(note("late client " + i));
            }
            turn.flushNode(() -> {
                flushed.add("late node");
                for (int i = 0; i < 40; i++) {
                    turn.flushNode(note("later node " + i));
                }
            });
        });
        turn.flushClient(note("second"));

        channel.runPendingTasks();

        assertThat(flushed).hasSize(343).startsWith("first", "late node", "later node 0").endsWith("late client 299");
        assertThat(flushed.indexOf("later node 39")).isLessThan(flushed.indexOf("second"));
    }

    private Flushable note(String name) {
        return () -> flushed.add(name);
    }
}
