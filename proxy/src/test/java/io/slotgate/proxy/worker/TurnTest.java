package io.slotgate.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slotgate.proxy.observe.LoopClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class TurnTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Turn turn = new Turn(channel.eventLoop(), new LoopClock());
    private final List<String> flushed = new ArrayList<>();

    @Test
    void hubsAreFlushedBeforeClientsAndClientsBeforeNodes() {
        turn.flushNode(note("node"));
        turn.flushClient(note("client"));
        turn.flushHub(note("hub"));

        channel.runPendingTasks();

        assertThat(flushed).containsExactly("hub", "client", "node");
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

        assertThat(flushed).hasSize(6000).startsWith("c0", "c1").endsWith("n2998", "n2999");
    }

    @Test
    void aCommandThatComesAloneGoesToItsNodeAtOnce() throws InterruptedException {
        onLoop((loop, looking) -> {
            looking.flushNode(note("node"));
            loop.executeAfterEventLoopIteration(() -> flushed.add("next look"));
        });

        assertThat(flushed).containsExactly("node", "next look");
    }

    @Test
    void afterRepliesTheLoopLooksForMoreBeforeNodesAreFlushed() throws InterruptedException {
        onLoop((loop, looking) -> {
            looking.flushNode(note("first"));
            looking.flushClient(new Note("client", () -> atNextLook(loop, () -> looking.flushNode(note("second")))));
        });

        assertThat(flushed).containsExactly("client", "look", "first", "second");
    }

    @Test
    void whenItIsToHurryItDoesNotLook() throws InterruptedException {
        onLoop((loop, looking) -> {
            looking.hurry();
            looking.flushNode(note("node"));
            looking.flushClient(new Note("client", () -> atNextLook(loop, () -> {
                looking.flushNode(note("next node"));
                looking.flushClient(new Note("next client", () -> atNextLook(loop, () -> {})));
            })));
        });

        assertThat(flushed).containsExactly("client", "node", "look", "next client", "look", "next node");
    }

    @Test
    void itLooksTwiceAtMost() throws InterruptedException {
        onLoop((loop, looking) -> {
            looking.flushNode(note("node"));
            looking.flushClient(clientThatComesBack(loop, looking, 1));
        });

        assertThat(flushed).containsExactly("client 1", "look", "client 2", "look", "client 3", "node", "look",
                "client 4",
                "look");
    }

    private Note clientThatComesBack(WorkerLoop loop, Turn looking, int round) {
        return new Note("client " + round, () -> atNextLook(loop, () -> {
            if (round < 4) {
                looking.flushClient(clientThatComesBack(loop, looking, round + 1));
            }
        }));
    }

    /** As if it was read then. */
    private void atNextLook(WorkerLoop loop, Runnable read) {
        loop.executeAfterEventLoopIteration(() -> loop.execute(() -> {
            flushed.add("look");
            read.run();
        }));
    }

    /** Runs {@code first} on a real loop, and returns when all that came of it has been done. */
    private static void onLoop(BiConsumer<WorkerLoop, Turn> first) throws InterruptedException {
        try (EventLoopGroup group = WorkerLoop.newGroup(1, new DefaultThreadFactory("turn-test"),
                NioIoHandler.newFactory())) {
            WorkerLoop loop = (WorkerLoop) group.next();
            Turn looking = new Turn(loop, new LoopClock());
            loop.endWith(looking);
            loop.execute(() -> first.accept(loop, looking));
            loop.submit(() -> {}).sync();
            for (int i = 0; i < 10; i++) {
                CountDownLatch iteration = new CountDownLatch(1);
                loop.execute(() -> loop.executeAfterEventLoopIteration(iteration::countDown));
                iteration.await();
            }
        }
    }

    @Test
    void whatBecomesReadyWhileOthersAreFlushedGoesInTheSameTurn() {
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

        assertThat(flushed).hasSize(343).startsWith("first", "second", "late client 0").endsWith("later node 39");
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

        assertThat(flushed).containsExactly("bad client", "bad client failed: client", "good", "bad node",
                "bad node failed: node", "the next turn");
    }

    @Test
    void oneThatCanNotEvenBeToldKeepsNobodyElseFromBeingFlushed() {
        turn.flushClient(new Flushable() {
            @Override
            public void flushTurn() {
                throw new IllegalStateException("flush");
            }

            @Override
            public void failed(Throwable cause) {
                throw new IllegalStateException("told", cause);
            }
        });
        turn.flushClient(note("good"));
        channel.runPendingTasks();
        turn.flushClient(note("the next turn"));
        channel.runPendingTasks();

        assertThat(flushed).containsExactly("good", "the next turn");
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
