package io.slotgate.it;

import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.proxy.ports.TestPorts;
import io.slotgate.topology.fleet.Fleet;
import io.slotgate.topology.fleet.FleetAnswers;
import io.slotgate.topology.fleet.FleetListener;
import io.slotgate.topology.fleet.FleetPeers;
import io.slotgate.topology.fleet.FleetSettings;
import io.slotgate.topology.fleet.FleetTls;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.MemberState;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members of a fleet that lose sight of each other, as in a network that swallows packets, find each other again, though a
 * third accepts connections and says nothing.
 */
@Timeout(180)
class FleetPartitionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Relay> relays = new ArrayList<>();
    private final List<Fleet> fleets = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        fleets.forEach(Fleet::close);
        for (Relay relay : relays) {
            relay.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void membersFindEachOtherAfterAPartition(boolean tls) throws Exception {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int port = TestPorts.take();
            ports.add(port);
            relays.add(new Relay(new HostPort("127.0.0.1", port)));
        }
        FleetTls secret = tls ? secret() : null;
        for (int i = 0; i < 3; i++) {
            fleets.add(Fleet.join(new FleetSettings("it", "p" + i, "127.0.0.1", ports.get(i), relays.get(i).address(),
                    new FleetPeers.Listed(relays.stream().map(Relay::address).toList()), secret,
                    Duration.ofMillis(200), Duration.ofSeconds(2), List.of(), null), member(i), new Deaf(),
                    FleetAnswers.NONE));
        }
        awaitMembers(3);
        fleets.removeLast().close();
        awaitMembers(2);
        for (int round = 0; round < 3; round++) {
            relays.forEach(Relay::pause);
            awaitMembers(1);
            // Longer each time, so that attempts of all kinds are under way when it ends.
            TimeUnit.SECONDS.sleep(5L * round);
            long begun = System.nanoTime();
            relays.forEach(Relay::resume);
            awaitMembers(2);
            System.out.printf("%s: together again after %d ms%n", tls ? "TLS" : "plain",
                    (System.nanoTime() - begun) / 1_000_000);
        }
    }

    private void awaitMembers(int wanted) {
        for (Fleet fleet : fleets) {
            await().atMost(PATIENCE).until(() -> fleet.members().size() == wanted);
        }
    }

    private FleetTls secret() throws IOException {
        DevCertificates certificates = DevCertificates.in(folder);
        return new FleetTls(certificates.ca(), certificates.certificate(), certificates.key());
    }

    private static Supplier<Member> member(int number) {
        Member self = new Member("p" + number, "a", new HostPort("127.0.0.1", 1), "1", 0, 0, 0, MemberState.HEALTHY);
        return () -> self;
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
