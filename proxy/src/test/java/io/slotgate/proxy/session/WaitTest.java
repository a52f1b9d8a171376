package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.TestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WAIT and WAITAOF, which ask all primaries. */
@Timeout(60)
class WaitTest extends BlockingFixture {
    private void onWait(int node, Answer answer) {
        cluster.node(node).rule(command -> switch (command.name()) {
            case "multi" -> Answer.OK;
            case "set", "del" -> Answer.raw("+QUEUED\r\n");
            case "exec" -> Answer.raw("*2\r\n+OK\r\n:1\r\n");
            case "wait", "waitaof" -> answer;
            default -> cluster.answer(node, command);
        });
    }

    @Test
    void waitTellsTheLeastOfAllPrimaries() {
        onWait(0, Answer.integer(2).after(gate));
        onWait(1, Answer.integer(1));
        TestClient client = plane.client().ask("WAIT", "2", "100");
        await().until(() -> cluster.node(1).commands("wait").size() == 1
                && cluster.node(0).commands("wait").size() == 1);
        gate.complete(null);

        assertThat(client.reply()).isEqualTo("1");
        for (int node = 0; node < 2; node++) {
            Command set = cluster.node(node).commands().stream().filter(each -> each.is("set")).findFirst()
                    .orElseThrow();
            assertThat(cluster.ownerOf(set.word(1))).isEqualTo(node);
            assertThat(cluster.node(node).commands("del")).containsExactly("DEL " + set.word(1));
        }
    }

    @Test
    void waitaofTellsTheLeastOfBothFigures() {
        onWait(0, Answer.raw("*2\r\n:1\r\n:0\r\n"));
        onWait(1, Answer.raw("*2\r\n:0\r\n:2\r\n"));
        assertThat(plane.client().call("WAITAOF", "1", "0", "100")).isEqualTo("[0, 0]");
    }

    @Test
    void aPrimaryThatIsLostHasNoReplicas() {
        onWait(0, Answer.integer(2).after(gate));
        onWait(1, Answer.integer(1));
        TestClient client = plane.client().ask("WAIT", "2", "0");
        await().until(() -> cluster.node(0).commands("wait").size() == 1);

        cluster.node(0).cut();

        assertThat(client.reply()).isEqualTo("0");
    }

    @Test
    void whatTheServerSaysAgainstAWaitIsTheAnswer() {
        onWait(0, Answer.error("ERR timeout is negative"));
        onWait(1, Answer.integer(1).after(gate));
        assertThat(plane.client().call("WAIT", "1", "-1")).isEqualTo("-ERR timeout is negative");
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void whoLeavesWhileItWaitsForReplicasLeavesNothing() {
        onWait(0, Answer.integer(1).after(gate));
        onWait(1, Answer.integer(1).after(gate));
        TestClient client = plane.client().ask("WAIT", "1", "0");
        await().until(() -> cluster.node(0).commands("wait").size() == 1);

        client.close();

        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(plane.count(Metric.LEASES)).isZero();
    }
}
