package io.slotgate.proxy.session;

import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;

/** Two nodes that block as long as a test wants, and a proxy. */
abstract class BlockingFixture {
    static final String POPPED = "[q, e]";

    @AutoClose
    final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    Plane plane = Plane.over(cluster);
    final String key = cluster.key(0, "q");
    final int slot = SlotHash.slot(key);
    final CompletableFuture<Void> gate = new CompletableFuture<>();

    @AfterEach
    void nothingIsLeftWaiting() {
        gate.complete(null);
    }

    /** Lets a node answer blocking commands, and all else as usual. */
    void onBlocking(int node, Answer answer) {
        cluster.node(node).rule(command -> blocks(command) ? answer : cluster.answer(node, command));
    }

    static boolean blocks(Command command) {
        return command.name().startsWith("b") || command.name().startsWith("x");
    }

    static Answer popped() {
        return Answer.array(List.of("q", "e"));
    }

    List<Command> blocking(int node) {
        return cluster.node(node).commands().stream().filter(BlockingFixture::blocks).toList();
    }

    void awaitBlocked(int node, int commands) {
        await().until(() -> blocking(node).size() == commands);
    }
}
