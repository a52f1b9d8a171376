package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.config.ReadPolicy;
import io.slotgate.proxy.config.Reads;
import io.slotgate.proxy.metrics.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients that take what replicas know, beside the mixed load that writes it: no error, whatever happens to primaries and replicas; and
 * how many of their reads stay in the zone. With {@code -Dreliability.long=true} for longer, and then that share is asserted.
 */
@Timeout(240)
class ZoneReadsIT {
    private static final int READERS = 6;
    private static final long PAUSE_NANOS = 3_000_000;
    private static final Path FIGURES = Path.of("target", "zone-reads.md");

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture()
            .cluster(cluster -> cluster.shards(3).replicas(2).zones(List.of("a", "b", "c")))
            .reads("a", new Reads(ReadPolicy.READONLY_SESSIONS, Duration.ofSeconds(2))).nodesFail();

    @Test
    void readsStayInTheZoneWhileOthersWrite() throws Exception {
        long[] share = new long[2];
        readBeside("reads of replicas beside it", "zs", load -> {
            long near = near();
            long far = far();
            load.goOn(Duration.ofSeconds(Trials.LONG ? 60 : 3));
            share[0] = near() - near;
            share[1] = far() - far;
        });

        assertThat(share[0]).isPositive();
        double percent = 100.0 * share[0] / (share[0] + share[1]);
        Files.writeString(FIGURES, String.format(Locale.ROOT, "%d reads in the zone, %d elsewhere: %.3f %%%n", share[0],
                share[1], percent));
        if (Trials.LONG) {
            assertThat(percent).isGreaterThan(99);
        }
    }

    @Test
    void readersNoticeNeitherFailoversNorRestarts() throws Exception {
        readBeside("failovers and restarts, with reads of replicas beside it", "zf", load -> {
            for (int shard = 0; shard < 3; shard++) {
                Trials.failOver(proxy.cluster(), shard * 5461 + 1);
            }
            for (LocalNode node : proxy.cluster().nodes()) {
                if (!Trials.isPrimary(node)) {
                    node.restart();
                    Trials.awaitStable(proxy.cluster());
                }
            }
        });
    }

    /** Has {@code event} happen under the mixed load, with readers of replicas beside it. Nobody may notice. */
    private static void readBeside(String name, String prefix, Trials.Event event) throws Exception {
        MixedLoad.Settings settings = Trials.settings(prefix);
        List<StaleReader> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            readers.add(new StaleReader(i, number -> StaleReader.open(proxy, number), PAUSE_NANOS, settings.tags()));
        }
        LoadReport report = Trials.through(proxy, name, settings, load -> {
            readers.forEach(LoadWorker::start);
            try {
                // The channels that their first reads ask for are there after that.
                load.goOn(Duration.ofSeconds(2));
                event.happen(load);
            } finally {
                readers.forEach(LoadWorker::stop);
            }
        });

        for (StaleReader reader : readers) {
            reader.join();
            assertThat(reader.figures.errors()).isEmpty();
            assertThat(reader.figures.requests()).isPositive();
        }
        Trials.assertUnnoticed(report);
    }

    private static long near() {
        return proxy.metric(Metric.READS_IN_ZONE) + proxy.metric(Metric.READS_AT_NEAR_PRIMARY);
    }

    private static long far() {
        return proxy.metric(Metric.READS_ACROSS_ZONES) + proxy.metric(Metric.READS_AT_PRIMARY);
    }
}
