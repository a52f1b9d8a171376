package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.deploy.dev.ServerBinary;
import io.slotgate.deploy.dev.ServerKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every node is replaced by one of a newer server, another one even, under load: clients notice nothing, until there is more to have. */
@Timeout(300)
class UpgradeIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.server(ServerKind.REDIS))
            .nodesFail();

    @TempDir
    Path programs;

    @Test
    void aClusterOfRedisBecomesOneOfValkey() throws Exception {
        ServerBinary newer = ServerBinary.find(programs);
        Set<String> keys = new HashSet<>();
        try (Wire client = proxy.connect()) {
            for (int i = 0; i < 2000; i++) {
                keys.add("kept:" + i);
                client.call("SET", "kept:" + i, "v");
            }
            assertThat(server(client)).isEqualTo("redis 7");
            // Given: a walk over all keys that began at the old nodes
            Walk walk = new Walk(client);
            walk.goOn(100);

            LoadReport report = Trials.through(proxy, "upgrade of all nodes", Trials.settings("up"), load -> {
                for (LocalNode replica : replicas()) {
                    replica.restartAs(newer);
                    Trials.awaitStable(proxy.cluster());
                }
                walk.goOn(100);
                for (LocalNode primary : primaries()) {
                    Trials.failOver(proxy.cluster(), firstSlot(primary));
                    primary.restartAs(newer);
                    Trials.awaitStable(proxy.cluster());
                }
            });

            Trials.assertUnnoticed(report);
            await().atMost(ProxyFixture.PATIENCE).untilAsserted(
                    () -> assertThat(server(client))
                            .isEqualTo(newer.kind() == ServerKind.VALKEY ? "valkey 8" : "redis 7"));
            walk.goOn(Integer.MAX_VALUE);
            assertThat(walk.seen).containsAll(keys);
            Walk again = new Walk(client);
            again.goOn(Integer.MAX_VALUE);
            assertThat(again.seen).containsAll(keys);
        }
    }

    private static List<LocalNode> primaries() throws IOException {
        List<LocalNode> primaries = new ArrayList<>();
        for (LocalNode node : proxy.cluster().nodes()) {
            if (Trials.isPrimary(node)) {
                primaries.add(node);
            }
        }
        return primaries;
    }

    private static List<LocalNode> replicas() throws IOException {
        List<LocalNode> replicas = new ArrayList<>(proxy.cluster().nodes());
        replicas.removeAll(primaries());
        return replicas;
    }

    private static int firstSlot(LocalNode primary) throws IOException {
        for (int slot = 0; slot < 16_384; slot++) {
            if (proxy.cluster().owner(slot) == primary) {
                return slot;
            }
        }
        throw new AssertionError(primary + " owns no slot");
    }

    /** Name and first number of the version, as HELLO tells. */
    private static String server(Wire client) throws IOException {
        List<?> facts = (List<?>) Objects.requireNonNull(client.call("HELLO", "2"));
        String version = String.valueOf(facts.get(facts.indexOf("version") + 1));
        return facts.get(facts.indexOf("server") + 1) + " " + version.substring(0, version.indexOf('.'));
    }

    /** A SCAN of all keys, a part at a time. */
    private static final class Walk {
        private final Wire client;
        private final Set<Object> seen = new HashSet<>();
        private String cursor = "0";
        private boolean over;

        Walk(Wire client) {
            this.client = client;
        }

        void goOn(int pages) throws IOException {
            for (int i = 0; i < pages && !over; i++) {
                List<?> page = (List<?>) Objects.requireNonNull(client.call("SCAN", cursor, "COUNT", "20"));
                cursor = String.valueOf(page.get(0));
                seen.addAll((List<?>) Objects.requireNonNull(page.get(1)));
                over = cursor.equals("0");
            }
        }
    }
}
