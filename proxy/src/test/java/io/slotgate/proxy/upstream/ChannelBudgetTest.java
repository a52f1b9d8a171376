package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChannelBudgetTest {
    @Test
    void workersShareAsManyConnectionsAsThereMayBeAndEachAboutTheSame() {
        for (int workers = 1; workers <= 16; workers++) {
            for (int perNode = 1; perNode <= workers; perNode++) {
                for (int first = 0; first < workers; first++) {
                    Map<Integer, Integer> users = users(first, workers, perNode);

                    assertThat(users).as("connections").hasSize(perNode);
                    assertThat(users.values()).as("workers that share one")
                            .allMatch(between(workers / perNode, (workers + perNode - 1) / perNode));
                }
            }
        }
    }

    @Test
    void whoHasAConnectionUsesIt() {
        for (int workers = 1; workers <= 16; workers++) {
            for (int perNode = 1; perNode <= workers; perNode++) {
                for (int first = 0; first < workers; first++) {
                    for (int owner : users(first, workers, perNode).keySet()) {
                        assertThat(ChannelBudget.owner(first, owner, workers, perNode)).isEqualTo(owner);
                    }
                }
            }
        }
    }

    private static Predicate<Integer> between(int least, int most) {
        return number -> number >= least && number <= most;
    }

    /** By worker that has a connection: how many use it. */
    private static Map<Integer, Integer> users(int first, int workers, int perNode) {
        return IntStream.range(0, workers).boxed().collect(
                Collectors.groupingBy(worker -> ChannelBudget.owner(first, worker, workers, perNode),
                        Collectors.summingInt(worker -> 1)));
    }
}
