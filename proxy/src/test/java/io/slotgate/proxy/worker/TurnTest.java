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
        turn.flushClient(new Note("first", () -> {
            for (int i = 0; i < 300; i++) {
                turn.flushClient(note("late client " + i));
            }
            turn.flushNode(new Note("late node", () -> {
                for (int i = 0; i < 40; i++) {
                    turn.flushNode(note("later node " + i));
                }
            }));
        }));
        turn.flushClient(note("second"));

        channel.runPendingTasks();

        assertThat(flushed).hasSize(343).startsWith("first", "late node", "later node 0").endsWith("late client 299");
        assertThat(flushed.indexOf("later node 39")).isLessThan(flushed.indexOf("second"));
    }

    @Test
    void oneThatFailsIsToldAndKeepsNobodyElseFromBeingFlushed() {
        turn.flushNode(new Note("bad node", () -> {
            throw new IllegalStateException("node");
        }));
        turn.flushClient(new Note("bad client", () -> {
            throw new OutOfMemoryError("client");
        }));
        turn.flushClient(note("good"));
        channel.runPendingTasks();
        turn.flushClient(note("the next turn"));
        channel.runPendingTasks();

        assertThat(flushed).containsExactly("bad node", "bad node failed: node", "bad client",
                "bad client failed: client", "good", "the next turn");
    }

    private Flushable note(String name) {
        return new Note(name, () -> {});
    }

    private final class Note implements Flushable {
        private final String name;
        private final Runnable then;

        Note(String name, Runnable then) {
            this.name = name;
            this.then = then;
        }

        @Override
        public void flushTurn() {
            flushed.add(name);
            then.run();
        }

        @Override
        public void failed(Throwable cause) {
            flushed.add(name + " failed: " + cause.getMessage());
        }
    }
}
