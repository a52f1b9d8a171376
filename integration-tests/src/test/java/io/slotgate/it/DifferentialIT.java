package io.slotgate.it;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same commands at random, of all types and with errors among them, through Slotgate in front of three shards and to one plain
 * server: the same replies, byte for byte but for {@link ReplyRules}.
 *
 * <p>{@code -Dslotgate.differential=PT10M} goes on with new seeds for ten minutes; {@code -Dslotgate.seed=n} starts with that one.
 */
@Timeout(3600)
class DifferentialIT {
    private static final int COMMANDS = 15_000;

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
        Differential.forAsLongAsAsked(DifferentialIT::compare);
    }

    private static void compare(long seed) throws IOException {
        try (Differential both = new Differential(seed, proxy::connectPlain, plain::connect)) {
            both.run(new RandomCommands(both.random(), CommandForms.DATA), COMMANDS, 50);
            both.sameData();
            both.verify();
        }
    }
}
