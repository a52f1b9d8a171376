package io.slotgate.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.proxy.plane.FakeScripts;
import io.slotgate.proxy.plane.Plane;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ScriptErrorsTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private final Plane plane = Plane.over(cluster);
    private final String key = cluster.key(0, "k");
    private final int slot = SlotHash.slot(key);

    @ParameterizedTest
    @ValueSource(strings = {"TRYAGAIN no tokens left", "READONLY this account is closed", "LOADING the basket",
        "ASK me later",
        "CLUSTERDOWN says the script", "MASTERDOWN", "UNBLOCKED force unblock says the script", "MOVED away",
        "NOSCRIPT says the script"})
    void whatAScriptMakesUpIsItsAnswerAndItRunsOnce(String error) {
        cluster.node(0).rule(command -> command.is("eval") || command.is("fcall") ? Answer.error(error) : Answer.OK);

        assertThat(plane.client().call("EVAL", "made up", "1", key)).isEqualTo("-" + error);
        assertThat(plane.client().call("FCALL", "made_up", "1", key)).isEqualTo("-" + error);

        assertThat(cluster.node(0).commands("eval")).hasSize(1);
        assertThat(cluster.node(0).commands("fcall")).hasSize(1);
    }

    @Test
    void aScriptThatIsKnownIsNotRunAgainForWhatItMakesUp() {
        cluster.node(0).rule(command -> command.is("evalsha") ? Answer.error("NOSCRIPT of its own") : Answer.OK);
        String sha = FakeScripts.sha("return 'x'");
        plane.client().call("SCRIPT", "LOAD", "return 'x'");

        assertThat(plane.client().call("EVALSHA", sha, "1", key)).isEqualTo("-NOSCRIPT of its own");

        assertThat(cluster.node(0).commands("evalsha")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRYAGAIN Multiple keys request during rehashing of slot",
        "CLUSTERDOWN The cluster is down",
        "CLUSTERDOWN Hash slot not served", "LOADING Valkey is loading the dataset in memory",
        "LOADING Redis is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "READONLY You can't write against a read only replica."})
    void whatTheServerSaysHoldsForScriptsToo(String error) {
        AtomicInteger calls = new AtomicInteger();
        cluster.node(0).rule(command -> command.is("eval")
                ? calls.incrementAndGet() == 1 ? Answer.error(error) : Answer.bulk("ran")
                : Answer.OK);

        assertThat(plane.client().call("EVAL", "return 'ran'", "1", key)).isEqualTo("ran");
    }

    @Test
    void aScriptCanNotSendCommandsToAForeignHost() {
        try (FakeNode stranger = new FakeNode(command -> Answer.OK)) {
            AtomicInteger calls = new AtomicInteger();
            cluster.node(0).rule(command -> {
                if (!command.is("eval")) {
                    return cluster.answer(0, command);
                }
                return calls.incrementAndGet() % 2 == 1
                        ? Answer.error("MOVED " + slot + " " + stranger.address())
                        : Answer.error("ASK " + slot + " " + stranger.address());
            });
            var client = plane.client();
            client.ask("EVAL", "redirect", "1", key);
            await().until(() -> calls.get() >= 3);

            assertThat(plane.client().call("SET", key, "v")).isEqualTo("OK");
            cluster.node(0).rule(command -> command.is("eval") ? Answer.bulk("ran") : cluster.answer(0, command));

            assertThat(client.reply()).isEqualTo("ran");
            assertThat(stranger.connections()).isZero();
            assertThat(plane.feedback).contains("stale a node answered MOVED", "stale a node answered ASK");
        }
    }

    @Test
    void aScriptCanNotMoveASlotThatIsNotItsOwn() {
        int other = SlotHash.slot(cluster.key(1, "k"));
        String error = "MOVED " + other + " " + cluster.node(2).address();
        cluster.node(0).rule(command -> command.is("eval") ? Answer.error(error) : cluster.answer(0, command));

        assertThat(plane.client().call("EVAL", "redirect", "1", key)).isEqualTo("-" + error);

        assertThat(plane.feedback).isEmpty();
    }

    @Test
    void aScriptFollowsItsSlot() {
        cluster.move(slot, 1);

        assertThat(plane.client().call("EVAL", "return 1", "1", key)).doesNotStartWith("-");

        assertThat(cluster.node(0).commands("eval")).hasSize(1);
        assertThat(cluster.node(1).commands("eval")).hasSize(1);
    }
}
