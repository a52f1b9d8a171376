package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.view.HoldingProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that reads are kept away from are one list, which several operators may change. */
@Timeout(60)
class AvoidTest {
    @Test
    void losesNoneOfTwoThatAreAvoidedAtTheSameTime() throws IOException {
        HoldingProxy proxy = new HoldingProxy();
        try (AdminFixture admin = AdminFixture.withTokens().of(proxy).start()) {
            for (int i = 0; i < 20; i++) {
                String method = i % 2 == 0 ? "POST" : "DELETE";
                List<CompletableFuture<Integer>> calls = new ArrayList<>();
                for (String node : List.of("a1", "a2")) {
                    calls.add(CompletableFuture.supplyAsync(() -> status(admin.contract(), method, node)));
                }

                assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(200));
                assertThat(proxy.settings().avoid()).hasSize(method.equals("POST") ? 2 : 0);
            }
        }
    }

    private static int status(ContractClient client, String method, String node) {
        try {
            return client.call(method, "/api/v1/nodes/" + node + "/avoid", null, Tokens.of("operator")).status();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
