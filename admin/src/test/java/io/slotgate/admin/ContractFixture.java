package io.slotgate.admin;

import io.slotgate.admin.Contract.Answer;
import io.slotgate.admin.view.HoldingProxy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A proxy whose operations a test can hold up, and its API, which asks for tokens. */
abstract class ContractFixture {
    static final String ADMIN = Tokens.of("admin");

    final HoldingProxy proxy = new HoldingProxy();

    @RegisterExtension
    final AdminFixture admin = AdminFixture.withTokens().of(proxy);

    @AfterEach
    void endDrains() {
        proxy.drained.countDown();
    }

    Answer call(String request, @Nullable String body, @Nullable String token)
            throws IOException, InterruptedException {
        String[] parts = request.split(" ");
        return admin.contract().call(parts[0], parts[1], body, token);
    }
}
