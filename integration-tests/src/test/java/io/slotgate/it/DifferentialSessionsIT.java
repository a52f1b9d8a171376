package io.slotgate.it;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As {@link DifferentialIT}, with transactions and commands that may wait anywhere among the others. */
@Tag("sessions")
class DifferentialSessionsIT {
    private static final int COMMANDS = 5_000;
    // A third of what is sent.
    private static final String FORMS = RandomCommands.DATA + RandomCommands.SESSION.repeat(5);

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @RegisterExtension
    static final PlainCluster plain = new PlainCluster();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void answersAsAPlainServerDoes(long seed) throws IOException {
        try (Differential both = new Differential(seed, proxy, plain)) {
            both.run(new RandomCommands(both.random(), FORMS), COMMANDS, 8);
            both.verify();
        }
    }
}
