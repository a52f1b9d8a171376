package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What people do first: {@code ./slotgate dev}, and then their clients and tools at its TLS port, with its authority's file. A
 * hundred thousand keys, half of them written at rest and half while the servers' own tool moves slots, are read back by other
 * clients than those that wrote them.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealInputIT {
    private static final int KEYS = 100_000;
    private static final int MOVED = 500;
    /** So that no slot moves twice: the first shard has some more slots than these moves take. */
    private static final int MOST_MOVES = 10;
    private static final int SLOTS_OF_FIRST = 5_461;

    /** Keys that one client writes and another reads. */
    private record Share(ClientKind writer, ClientKind reader, List<MixedKey> keys) {}

    @RegisterExtension
    static final SlotgateDev slotgate = new SlotgateDev();

    /** All clients' shares of the first or the second half of the keys. */
    private static List<Share> half(int half) {
        List<Share> shares = new ArrayList<>();
        int next = half * KEYS / 2;
        for (ClientKind writer : ClientKind.values()) {
            // Jedis has most of them. Lettuce's buffers are watched for leaks, which takes a while, and the tool waits for each reply.
            int end = next + (writer == ClientKind.JEDIS || writer == ClientKind.JEDIS_CLUSTER ? 19_000 : 3_000);
            shares.add(new Share(writer, reader(writer), IntStream.range(next, end).mapToObj(MixedKey::new).toList()));
            next = end;
        }
        return shares;
    }

    private static ClientKind reader(ClientKind writer) {
        return switch (writer) {
            case JEDIS -> ClientKind.JEDIS_CLUSTER;
            case JEDIS_CLUSTER -> ClientKind.JEDIS;
            case LETTUCE -> ClientKind.CLI;
            case LETTUCE_CLUSTER -> ClientKind.CLI_CLUSTER;
            case CLI -> ClientKind.LETTUCE_CLUSTER;
            case CLI_CLUSTER -> ClientKind.LETTUCE;
        };
    }

    @Test
    @Order(1)
    void whatOneClientWritesAnotherReadsBack() throws IOException {
        Clients clients = slotgate.clients();
        for (Share share : half(0)) {
            share.writer().write(clients, share.keys());

            share.reader().check(clients, share.keys());
        }
        try (Wire client = slotgate.connect()) {
            assertThat(client.call("DBSIZE")).isEqualTo(KEYS / 2L);
        }
    }

    @Test
    @Order(2)
    void tenThousandCommandsOverAllSlotsAreAnsweredInOrder() throws IOException {
        try (Wire client = slotgate.connect()) {
            new AllSlotsPipeline("pipeline", 0).run(client);
        }
    }

    @Test
    @Order(3)
    void allOfItWhileSlotsMove() throws Exception {
        // Given
        Clients clients = slotgate.clients();
        List<Share> before = half(0);
        List<Share> now = half(1);
        AtomicBoolean moving = new AtomicBoolean(true);
        List<Future<?>> jobs = new ArrayList<>();
        int moves = 0;
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            Future<?> pipelines = threads.submit(pipelinesWhile(moving));
            for (int i = 0; i < now.size(); i++) {
                jobs.add(threads.submit(job(clients, before.get(i), now.get(i))));
            }

            // When: slots move for as long as not everything was done meanwhile.
            try {
                do {
                    reshard();
                    moves++;
                } while (moves < MOST_MOVES && !jobs.stream().allMatch(Future::isDone));
            } finally {
                moving.set(false);
            }

            // Then
            for (Future<?> job : jobs) {
                job.get();
            }
            pipelines.get();
        }
        assertThat(slots(slotgate.primaries().getFirst())).isEqualTo(SLOTS_OF_FIRST - moves * MOVED);
        assertThat(slotgate.metric("slotgate_redirects_moved_total")).as("MOVED followed").isPositive();
        for (int i = 0; i < now.size(); i++) {
            ClientKind.JEDIS.check(clients, before.get(i).keys());
            ClientKind.JEDIS_CLUSTER.check(clients, now.get(i).keys());
        }
        try (Wire client = slotgate.connect()) {
            assertThat(client.call("DBSIZE")).isEqualTo((long) KEYS + SlotHash.SLOTS);
        }
    }

    /** Keys are written, and read back, and so are others that were there before. */
    private static Callable<Void> job(Clients clients, Share before, Share now) {
        return () -> {
            now.writer().write(clients, now.keys());
            before.reader().check(clients, before.keys());
            now.reader().check(clients, now.keys());
            return null;
        };
    }

    private static Callable<Void> pipelinesWhile(AtomicBoolean moving) {
        return () -> {
            try (Wire client = slotgate.connect()) {
                for (int round = 1; round == 1 || moving.get(); round++) {
                    new AllSlotsPipeline("pipeline", round).run(client);
                }
            }
            return null;
        };
    }

    /** Five hundred slots of the first shard become the second's, with all their keys. */
    private static void reshard() throws IOException {
        HostPort from = slotgate.primaries().get(0);
        HostPort to = slotgate.primaries().get(1);
        ServerTools.run(List.of(ServerTools.cli(), "--cluster", "reshard", from.toString(), "--cluster-from", id(from),
                "--cluster-to", id(to), "--cluster-slots", Integer.toString(MOVED), "--cluster-yes"), "");
    }

    private static String id(HostPort node) throws IOException {
        try (Wire wire = Wire.open(node.port())) {
            return String.valueOf(wire.call("CLUSTER", "MYID"));
        }
    }

    /** How many slots a node says that it has. */
    private static int slots(HostPort node) throws IOException {
        String id = id(node);
        int slots = 0;
        try (Wire wire = Wire.open(node.port())) {
            for (Object range : (List<?>) Objects.requireNonNull(wire.call("CLUSTER", "SLOTS"))) {
                List<?> fields = (List<?>) Objects.requireNonNull(range);
                if (((List<?>) fields.get(2)).contains(id)) {
                    slots += (int) ((Long) fields.get(1) - (Long) fields.get(0)) + 1;
                }
            }
        }
        return slots;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--cluster"})
    @Order(4)
    void theServersOwnBenchmarkRunsToItsEnd(String mode) throws IOException {
        List<String> command = ServerTools.overTls(ServerTools.benchmark(), slotgate.clients(), "-t", "set,get", "-n",
                "20000", "-r", "10000", "-P", "4", "--csv");
        if (!mode.isEmpty()) {
            command.add(mode);
        }

        String said = ServerTools.run(command, "");

        assertThat(said).as(mode).containsPattern("(?m)^\"SET\",\"[1-9][0-9.]*\"")
                .containsPattern("(?m)^\"GET\",\"[1-9][0-9.]*\"");
    }
}
