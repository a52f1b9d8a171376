package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.codec.MalformedMessageException;
import io.slotgate.topology.fleet.Replies.Reply;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.fleet.agreed.Agreement;
import io.slotgate.topology.fleet.agreed.Change;
import io.slotgate.topology.fleet.agreed.NotAgreedException;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.table.TopologyTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jgroups.protocols.DISCARD;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members over real sockets, on loopback. */
@Timeout(120)
class FleetTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int SIZE = 3;

    @TempDir
    Path folder;

    private final SimulatedFleet.Cluster cluster = new SimulatedFleet.Cluster(10);
    private final List<Seat> seats = new ArrayList<>();

    @AfterEach
    void leave() {
        seats.forEach(seat -> seat.fleet.close());
    }

    @Test
    void tellsPartsAndMeetsAgain() throws IOException {
        start(List.of());
        for (Seat seat : seats) {
            await().atMost(PATIENCE).until(() -> seat.fleet.members().size() == SIZE);
        }
        await().atMost(PATIENCE).until(() -> seats.stream().filter(seat -> seat.fleet.isCoordinator()).count() == 1);

        // What one learns, all learn.
        learn(0, cluster.move(5, 9));
        awaitOwner(5, List.of(0, 1, 2));

        // A partition: one is cut off, and learns nothing.
        seats.get(2).discard.discardAll(true);
        await().atMost(PATIENCE).until(() -> seats.get(0).fleet.members().size() == SIZE - 1);
        cluster.failOver(3);
        seats.get(0).probe(cluster.primary(3));
        int slot = 16_384 * 3 / 10 + 1;
        awaitOwner(slot, List.of(0, 1));
        assertThat(owner(2, slot)).isNotEqualTo(cluster.ownerOf(slot));

        // They meet again, and anti-entropy tells what was missed.
        seats.get(2).discard.discardAll(false);
        awaitOwner(slot, List.of(0, 1, 2));
        for (Seat seat : seats) {
            await().atMost(PATIENCE).until(() -> seat.fleet.members().size() == SIZE);
            assertThat(seat.fleet.counters().malformed()).isZero();
        }

        // A member leaves.
        seats.get(0).fleet.close();
        await().atMost(PATIENCE).until(() -> seats.get(1).fleet.members().size() == SIZE - 1);
    }

    @Test
    void agreesOnSettings() throws IOException {
        start(List.of("p0", "p1"));
        List<AgreedSettings> settings = seats.stream().map(seat -> Objects.requireNonNull(seat.fleet.agreed()))
                .toList();
        agree(settings.get(0), 0, Change.put("a", "1"));

        for (AgreedSettings each : settings) {
            await().atMost(PATIENCE).until(() -> each.current().equals(new Agreement(1, Map.of("a", "1"))));
        }
        // The learner proposes, too; of two changes for one version one comes into force. On a machine that is short of time
        // the members may lose each other for a while.
        agree(settings.get(2), 1, Change.put("a", "2"));
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(settings.get(1).propose(1, Change.put("a", "3"))).failsWithin(PATIENCE)
                        .withThrowableThat().havingRootCause().isInstanceOf(NotAgreedException.class)
                        .withMessageContaining("version 2"));

        // Without a majority of the voters nothing is agreed, and all that are left say so.
        await().atMost(PATIENCE).until(() -> seats.stream().noneMatch(seat -> seat.fleet.isCutOff()));
        seats.get(0).told.clear();
        seats.get(2).told.clear();
        seats.get(1).fleet.close();
        for (int left : List.of(0, 2)) {
            await().atMost(PATIENCE).until(() -> seats.get(left).fleet.isCutOff());
            await().atMost(PATIENCE).untilAsserted(
                    () -> assertThat(seats.get(left).told).last().isEqualTo("cut off, 1 of 2"));
        }
        await().atMost(PATIENCE).until(() -> seats.get(0).fleet.members().size() == SIZE - 1);
        assertThat(settings.get(0).propose(2, Change.put("a", "4"))).failsWithin(PATIENCE)
                .withThrowableThat().havingRootCause().isInstanceOf(NotAgreedException.class);
        assertThat(settings.get(0).current().value("a")).isEqualTo("2");

        // It comes back with its log, and things go on.
        seats.set(1, seat(1, seats.stream().map(seat -> seat.port).toList(), List.of("p0", "p1")));
        AgreedSettings back = Objects.requireNonNull(seats.get(1).fleet.agreed());
        await().atMost(PATIENCE).until(() -> back.current().version() >= 2);
        await().atMost(PATIENCE).until(
                () -> agreed(back.propose(back.current().version(), Change.put("b", "5"))));
        await().atMost(PATIENCE).until(() -> "5".equals(settings.get(0).current().value("b")));
        for (Seat seat : seats) {
            await().atMost(PATIENCE).until(() -> !seat.fleet.isCutOff());
        }
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(seats.get(0).told).last().isEqualTo("there again, 2 of 2"));
    }

    @Test
    void asksAllAndSaysWhoDidNotAnswer() throws IOException {
        start(List.of());
        for (Seat seat : seats) {
            await().atMost(PATIENCE).until(() -> seat.fleet.members().size() == SIZE);
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            Replies<String> replies = seats.get(0).ask(1);
            assertThat(replies.missing()).isEmpty();
            assertThat(replies.replies()).containsExactlyInAnyOrder(new Reply<>("p1", "1 of p1, long"),
                    new Reply<>("p2", "1 of p2, long"));
        });

        // What nobody can say, and what can't be read.
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(seats.get(0).ask(2).missing()).containsExactlyInAnyOrder("p1", "p2"));
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(seats.get(1).ask(3)).isEqualTo(new Replies<String>(List.of(), List.of("p0", "p2")));
            assertThat(seats.get(1).fleet.counters().malformed()).isPositive();
        });
        assertThat(seats.get(2).fleet.counters().refused()).isPositive();

        // One that takes too long is missing, and one that has left is not.
        seats.get(2).hanging = true;
        await().atMost(PATIENCE).untilAsserted(() -> {
            Replies<String> replies = seats.get(0).ask(1);
            assertThat(replies.missing()).containsExactly("p2");
            assertThat(replies.replies()).extracting(Reply::member).containsExactly("p1");
        });
        seats.get(2).fleet.close();
        await().atMost(PATIENCE).until(() -> seats.get(0).fleet.members().size() == SIZE - 1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(seats.get(0).ask(1).missing()).isEmpty());
    }

    /** Proposes until that is version {@code from + 1}: what was decided may not have come to who proposed it in time. */
    private static void agree(AgreedSettings settings, long from, Change change) {
        await().atMost(PATIENCE).until(() -> agreed(settings.propose(from, change))
                || settings.current().version() > from);
    }

    private static boolean agreed(CompletableFuture<Agreement> proposed) {
        return proposed.handle((agreement, failure) -> failure == null).join();
    }

    private void start(List<String> voters) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            ports.add(FleetPorts.take());
        }
        for (int i = 0; i < SIZE; i++) {
            seats.add(seat(i, ports, voters));
        }
    }

    private Seat seat(int number, List<Integer> ports, List<String> voters) throws IOException {
        return new Seat(number, ports, voters);
    }

    private void learn(int number, Redirect redirect) {
        Seat seat = seats.get(number);
        seat.table.observe(redirect);
        seat.fleet.found(redirect);
    }

    private void awaitOwner(int slot, List<Integer> numbers) {
        for (int number : numbers) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2))
                    .until(() -> cluster.ownerOf(slot).equals(owner(number, slot)));
        }
    }

    private HostPort owner(int number, int slot) {
        Node owner = Objects.requireNonNull(seats.get(number).table.current().primary(slot));
        return owner.address();
    }

    /** One member with a table of its own. */
    private final class Seat implements FleetListener {
        final TopologyTable table = new TopologyTable();
        final DISCARD discard = new DISCARD();
        final Fleet fleet;
        final int port;
        final String name;
        /** What was told of the majority. */
        final List<String> told = new CopyOnWriteArrayList<>();
        private volatile boolean hanging;
        private long round = 1;

        Seat(int number, List<Integer> ports, List<String> voters) throws IOException {
            port = ports.get(number);
            name = "p" + number;
            FleetSettings settings = new FleetSettings("test", "p" + number, "127.0.0.1", port, null,
                    new FleetPeers.Listed(ports.stream().map(each -> new HostPort("127.0.0.1", each)).toList()), null,
                    Duration.ofMillis(200), Duration.ofSeconds(2), voters, folder.resolve("p" + number));
            Member self = new Member("p" + number, "a", new HostPort("127.0.0.1", 1), "1", 0, 0, 0,
                    MemberState.HEALTHY);
            fleet = Fleet.join(settings, List.of(discard), () -> self, this, this::answer);
            table.subscribe(fleet::mapChanged);
            table.observe(cluster.view(1, 0));
        }

        /** 1: a text too long for one packet; 2: nothing; 3: what is no text. */
        private CompletableFuture<byte @Nullable []> answer(int what) {
            if (hanging) {
                return new CompletableFuture<>();
            }
            byte[] text = ("1 of " + name + "x".repeat(200_000)).getBytes(StandardCharsets.UTF_8);
            return CompletableFuture.supplyAsync(() -> switch (what) {
                case 1 -> text;
                case 3 -> new byte[]{-1};
                default -> null;
            });
        }

        Replies<String> ask(int what) {
            return fleet.ask(what, bytes -> {
                if (bytes[0] == -1) {
                    throw new MalformedMessageException("no text");
                }
                String text = new String(bytes, StandardCharsets.UTF_8);
                return bytes.length > 200_000 ? text.replaceAll("x+$", ", long") : text;
            }).join();
        }

        synchronized void probe(int node) {
            table.observe(cluster.view(++round, node));
        }

        @Override
        public void redirect(Redirect redirect, String member) {
            table.observe(redirect);
        }

        @Override
        public synchronized void view(ClusterView view, String member) {
            table.observe(new ClusterView(round, view.askedId(), view.nodes()));
        }

        @Override
        public void lost(HostPort node, String member) {}

        @Override
        public void cutOff(boolean cutOff, int there, int voters) {
            told.add((cutOff ? "cut off, " : "there again, ") + there + " of " + voters);
        }
    }
}
