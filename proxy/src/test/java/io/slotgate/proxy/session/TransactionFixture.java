package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import org.junit.jupiter.api.AutoClose;

/** Three nodes, a proxy that bounds transactions, and keys of two slots. */
abstract class TransactionFixture {
    static final String ABORTED = "-EXECABORT Transaction discarded because of previous errors.";

    @AutoClose
    final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    Plane plane = Plane.builder(cluster.map())
            .limits(new PlaneLimits().transactions(500, 64 * 1024, 80 * 1024)).start();
    final String key = cluster.key(0, "k");
    final String sibling = "{" + key + "}s";
    final String foreign = cluster.key(1, "f");
    final int slot = SlotHash.slot(key);

    /** Queues two commands on the key, with the value x where one is due, and returns what EXEC answers. */
    String transaction(TestClient client, String first, String second) {
        client.ask("MULTI");
        for (String name : new String[]{first, second}) {
            if (name.equals("APPEND")) {
                client.ask(name, key, "x");
            } else {
                client.ask(name, key);
            }
        }
        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "QUEUED");
        client.ask("EXEC");
        return client.reply();
    }
}
