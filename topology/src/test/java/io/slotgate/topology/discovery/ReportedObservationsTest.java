package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the proxy saw, redirects and lost connections, is checked at the nodes. */
class ReportedObservationsTest extends DiscoveryFixture {
    @Test
    void aReportedRedirectIsFollowedAndCheckedAtTheNamedNode() throws Exception {
        healthy();
        Discovery started = discover(SELDOM, null, a.address());
        started.start().get(40, TimeUnit.SECONDS);
        awaitAnswerOfB();
        int before = b.asked.get();
        b.answer(cluster(B, 1, "1-8191", 7, "0 8192-16383"));

        started.report(new Redirect(0, b.address(), a.address()));

        await().until(() -> table.current().epoch(0) == 7);
        assertThat(primary(table.current(), 0).id()).isEqualTo(B);
        assertThat(primary(table.current(), 1).id()).isEqualTo(A);
        assertThat(b.asked.get()).isGreaterThan(before);
    }

    /** It was once looked at with the next regular refresh only. */
    @Test
    void aRedirectToANodeThatIsBeingAskedIsCheckedAfterwards() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        healthy();
        FakeNode.Answers early = cluster(B, 1, "0-8191", 2, "8192-16383");
        b.answer(command -> {
            await().until(() -> busy.getCount() == 0 || !command.equals("CLUSTER NODES"));
            return early.to(command);
        });
        Discovery started = discover(SELDOM, null, a.address());
        started.start().get(40, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);
        // What A says next takes the redirect back, maybe before anybody has looked.
        List<HostPort> owners = Collections.synchronizedList(new ArrayList<>());
        table.subscribe(map -> owners.add(primary(table.current(), 0).address()));

        started.report(new Redirect(0, b.address(), a.address()));
        await().until(() -> owners.contains(b.address()));
        b.answer(cluster(B, 1, "1-8191", 7, "0 8192-16383"));
        busy.countDown();

        await().until(() -> table.current().epoch(0) == 7);
    }

    /** A node that is being asked is not asked again meanwhile. */
    private void awaitAnswerOfB() {
        await().until(() -> {
            Node node = table.current().node(b.address());
            return node != null && node.zone() != null;
        });
    }

    @Test
    void aReportedLossIsChecked() throws Exception {
        healthy();
        List<Health> seen = Collections.synchronizedList(new ArrayList<>());
        Discovery started = discover(SELDOM, null, a.address());
        started.start().get(40, TimeUnit.SECONDS);
        awaitAnswerOfB();
        table.subscribe(map -> seen.add(health(B)));

        started.report(new NodeLost(b.address()));

        await().until(() -> seen.contains(Health.SUSPECTED) && health(B) == Health.UP);
    }

    @Test
    void aNodeThatIsKnownToBeUnwellIsNotLostAgain() throws Exception {
        healthy();
        Discovery started = discover(SELDOM, Duration.ofMinutes(1), a.address());
        started.start().get(40, TimeUnit.SECONDS);
        table.observe(new NodeLost(b.address()));
        long version = table.current().version();

        for (int i = 0; i < 1000; i++) {
            started.report(new NodeLost(b.address()));
        }

        started.commandTable().get(40, TimeUnit.SECONDS);
        assertThat(table.current().version()).isEqualTo(version);
        assertThat(a.asked).hasValue(1);
    }
}
