package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * As {@link DifferentialIT}, with transactions and commands that may wait anywhere among the others; {@link TransactionRules} say
 * what may differ.
 *
 * <p>{@code -Dslotgate.differential=PT10M} goes on with new seeds for ten minutes; {@code -Dslotgate.seed=n} starts with that one.
 */
@Timeout(3600)
class DifferentialSessionsIT {
    private static final int COMMANDS = 1_500;
    /**
     * Not in transactions: what counts the whole keyspace (there it is the one node's that runs the transaction, as it is with a
     * client of the cluster), and the time that is left (EXEC is compared as a whole).
     */
    private static final Set<String> APART = Set.of("DBSIZE", "KEYS", "TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME");
    // A third of what is sent is about the session.
    private static final String FORMS = CommandForms.DATA.lines()
            .filter(form -> !APART.contains(form.split(" ")[0])).collect(Collectors.joining("\n", "", "\n"))
            + CommandForms.SESSION.repeat(5);

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @RegisterExtension
    static final PlainCluster plain = new PlainCluster();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void answersAsAPlainServerDoes(long seed) throws IOException {
        compare(seed);
    }

    @Test
    void answersAsAPlainServerDoesForAsLongAsAsked() throws IOException {
        Differential.forAsLongAsAsked(DifferentialSessionsIT::compare);
    }

    private static void compare(long seed) throws IOException {
        try (Differential both = new Differential(seed, proxy::connectPlain, plain::connect)
                .transactions(plain::connect)) {
            both.run(new RandomCommands(both.random(), FORMS), COMMANDS, 8);
            int refusals = both.endTransactions();
            both.sameData();
            both.verify();
            assertThat(refusals).as("commands that Slotgate alone refuses").isPositive();
        }
    }
}
