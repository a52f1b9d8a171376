package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.protocols.dns.DNSResolver.DNSRecordType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members find each other by a name, on loopback addresses with one port, as behind a headless service. */
@Timeout(180)
class FleetDnsTest {
    private static final String NAME = "slotgate-fleet.cache.svc.cluster.test";
    private static final String SERVICE = "_fleet._tcp.slotgate.test";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NameServer names = new NameServer();
    private final List<Fleet> fleets = new ArrayList<>();

    @AfterEach
    void close() {
        fleets.forEach(Fleet::close);
        names.close();
    }

    @Test
    void membersAreThoseOfTheName() throws IOException {
        int port = FleetPorts.take(4);
        names.tell(NAME, List.of("127.0.0.1", "127.0.0.2", "127.0.0.3"));
        for (int i = 1; i <= 3; i++) {
            join("127.0.0." + i, port, NAME);
        }
        awaitMembers(3);

        names.tell(NAME, List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"));
        join("127.0.0.4", port, NAME);
        awaitMembers(4);

        names.tell(NAME, List.of("127.0.0.1", "127.0.0.3", "127.0.0.4"));
        fleets.remove(1).close();
        awaitMembers(3);

        // Lookups go on, which is how they would find each other after a partition.
        int before = names.questions.get();
        await().atMost(PATIENCE).until(() -> names.questions.get() > before);
        assertThat(fleets).allMatch(fleet -> fleet.counters().failedLookups() == 0);
    }

    @Test
    void aServiceTellsPorts() throws IOException {
        int first = FleetPorts.take();
        int second = FleetPorts.take();
        names.tell("host.slotgate.test", List.of("127.0.0.1"));
        names.tellServices(SERVICE, List.of(new HostPort("host.slotgate.test", first),
                new HostPort("host.slotgate.test", second)));
        join("127.0.0.1", first, SERVICE);
        join("127.0.0.1", second, SERVICE);

        awaitMembers(2);
        assertThat(fleets).allMatch(fleet -> fleet.counters().failedLookups() == 0);
    }

    /** A name that is unknown at first, then has no addresses, then a server that says nothing, then all is well. */
    @Test
    void withoutAddressesEachIsAloneUntilThereAreSome() throws IOException {
        int port = FleetPorts.take(2);
        join("127.0.0.1", port, NAME);
        join("127.0.0.2", port, NAME);
        for (Fleet fleet : fleets) {
            // Who is there is told some time after who coordinates.
            await().atMost(PATIENCE).until(() -> fleet.isCoordinator() && fleet.counters().failedLookups() > 0
                    && fleet.members().size() == 1);
        }
        names.tell(NAME, List.of());
        awaitFailures();
        names.silent = true;
        awaitFailures();
        assertThat(fleets).allMatch(fleet -> fleet.members().size() == 1);

        names.silent = false;
        names.tell(NAME, List.of("127.0.0.1", "127.0.0.2"));

        awaitMembers(2);
        assertThat(fleets.stream().filter(Fleet::isCoordinator)).hasSize(1);
    }

    @Test
    void aServerThatIsGoneIsNoReasonNotToStart() throws IOException {
        names.close();
        join("127.0.0.1", FleetPorts.take(), NAME);

        await().atMost(PATIENCE).until(() -> fleets.get(0).isCoordinator());
        assertThat(fleets.get(0).counters().failedLookups()).isPositive();
    }

    @Test
    void thisMachineIsAskedWhereNoServerIsNamed() {
        FleetCounters counters = new FleetCounters();
        NamedMembers members = new NamedMembers(new FleetPeers.Named("localhost", null), counters);

        assertThat(members.resolveIps("localhost", DNSRecordType.A)).asString().contains("127.0.0.1");
        assertThat(counters.failedLookups()).isZero();
        assertThat(members.resolveIps("no-such-name.invalid", DNSRecordType.A)).isEmpty();
        assertThat(counters.failedLookups()).isEqualTo(1);
    }

    private void join(String host, int port, String name) throws IOException {
        String member = "p" + host + "-" + port;
        FleetSettings settings = new FleetSettings("test", member, host, port, null,
                new FleetPeers.Named(name, names.address()), null, Duration.ofMillis(200), Duration.ofSeconds(5),
                List.of(), null);
        Member self = new Member(member, "a", new HostPort(host, port), "1", 0, 0, 0, MemberState.HEALTHY);
        fleets.add(Fleet.join(settings, () -> self, new Deaf(), FleetAnswers.NONE));
    }

    private void awaitMembers(int count) {
        for (Fleet fleet : fleets) {
            await().atMost(PATIENCE).until(() -> fleet.members().size() == count);
        }
    }

    private void awaitFailures() {
        for (Fleet fleet : fleets) {
            long before = fleet.counters().failedLookups();
            await().atMost(PATIENCE).until(() -> fleet.counters().failedLookups() > before);
        }
    }

    private static final class Deaf implements FleetListener {
        @Override
        public void redirect(Redirect redirect, String member) {}

        @Override
        public void view(ClusterView view, String member) {}

        @Override
        public void lost(HostPort node, String member) {}
    }
}
