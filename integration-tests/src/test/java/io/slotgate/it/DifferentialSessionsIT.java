package io.slotgate.it;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As {@link DifferentialIT}, with transactions and commands that may wait anywhere among the others. */
@Tag("sessions")
class DifferentialSessionsIT {
    private static final int COMMANDS = 1_500;
    /**
     * Not in transactions: what counts the whole keyspace (there it is the one node's that runs the transaction, as it is with a
     * client of the cluster), and the time that is left (EXEC is compared as a whole).
     */
    private static final Set<String> APART = Set.of("DBSIZE", "KEYS", "TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME");
    // A third of what is sent is about the session.
    private static final String FORMS = RandomCommands.DATA.lines()
            .filter(form -> !APART.contains(form.split(" ")[0])).collect(Collectors.joining("\n", "", "\n"))
            + RandomCommands.SESSION.repeat(5);

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @RegisterExtension
    static final PlainCluster plain = new PlainCluster();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void answersAsAPlainServerDoes(long seed) throws IOException {
        try (Differential both = new Differential(seed, proxy::connectPlain, plain::connect)) {
            both.run(new RandomCommands(both.random(), FORMS), COMMANDS, 8);
            both.verify();
        }
    }
}
