package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.view.FakeProxy;
import io.slotgate.admin.view.HoldingProxy;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.fleet.agreed.Agreement;
import io.slotgate.topology.fleet.agreed.Change;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever was changed is written down, also if it went wrong half-way. */
@Timeout(60)
class AuditTrailTest {
    private static final String ADMIN = Tokens.of("admin");

    /** A proxy that closes one client, and fails at the next. */
    private static final class FailingProxy extends FakeProxy {
        @Override
        public CompletableFuture<Boolean> kill(long id) {
            return killed.isEmpty()
                    ? super.kill(id)
                    : CompletableFuture.failedFuture(new IllegalStateException("a defect"));
        }
    }

    /** Nobody knows what becomes of a change. */
    private static final class Undecided implements AgreedSettings {
        @Override
        public Agreement current() {
            return Agreement.NONE;
        }

        @Override
        public CompletableFuture<Agreement> propose(long expectedVersion, Change change) {
            return CompletableFuture.failedFuture(new IllegalStateException("a defect"));
        }

        @Override
        public Runnable subscribe(Consumer<Agreement> listener) {
            return () -> {};
        }

        @Override
        public void close() {}
    }

    private static String trailAfter(FakeProxy proxy, String method, String path, @Nullable String body, int status)
            throws IOException, InterruptedException {
        try (AdminFixture admin = AdminFixture.withTokens().of(proxy).start()) {
            ContractClient client = admin.contract();
            assertThat(client.call(method, path, body, ADMIN).status()).isEqualTo(status);
            return client.call("GET", "/api/v1/audit", null, ADMIN).body();
        }
    }

    @Test
    void hasClientsThatWereKilledBeforeItFailed() throws IOException, InterruptedException {
        assertThat(trailAfter(new FailingProxy(), "POST", "/api/v1/clients/kill", "{\"user\":\"app\"}", 500))
                .contains("\"action\":\"client kill\"", "\"after\":\"1 clients\"",
                        "\"outcome\":\"failed half-way\"");
    }

    @Test
    void hasAClientOfWhichNobodyKnowsWhetherItWasKilled() throws IOException, InterruptedException {
        FailingProxy proxy = new FailingProxy();
        proxy.killed.add(1L);

        assertThat(trailAfter(proxy, "DELETE", "/api/v1/clients/5", null, 500)).contains(
                "\"action\":\"client kill\"", "\"target\":\"5\"", "\"outcome\":\"not known\"");
    }

    @Test
    void hasNodesThatPerhapsAreAvoided() throws IOException, InterruptedException {
        HoldingProxy proxy = new HoldingProxy();
        proxy.agreed = new Undecided();

        assertThat(trailAfter(proxy, "POST", "/api/v1/nodes/a2/avoid", null, 500)).contains(
                "\"action\":\"node avoid\"", "\"outcome\":\"not known\"");
    }

    @Test
    void hasSettingsThatPerhapsWereChanged() throws IOException, InterruptedException {
        HoldingProxy proxy = new HoldingProxy();
        proxy.agreed = new Undecided();

        assertThat(trailAfter(proxy, "PATCH", "/api/v1/settings", "{\"set\":{\"drain-timeout\":\"7s\"}}", 500))
                .contains("\"action\":\"settings change\"", "\"outcome\":\"not known\"");
    }

    @Test
    void oneShardFailsOverOnceAtATimeHoweverItIsCalled() throws IOException, InterruptedException {
        HoldingProxy proxy = new HoldingProxy();
        proxy.holding = true;
        try (AdminFixture admin = AdminFixture.withTokens().of(proxy).start()) {
            ContractClient client = admin.contract();

            assertThat(client.call("POST", "/api/v1/shards/a/failover", null, ADMIN).status()).isEqualTo(202);
            assertThat(client.call("POST", "/api/v1/shards/a1/failover", null, ADMIN).status()).isEqualTo(409);
        }
    }
}
