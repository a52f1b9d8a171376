package io.slotgate.topology.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.testing.route53.FakeRoute53;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.MemberState;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The publisher and the real SDK, against the protocol of Route 53. */
class DnsPublisherTest {
    private static final String NAME = "cache.example.com";

    private FakeRoute53 route53;
    private volatile List<Member> members = List.of();
    private volatile boolean writer = true;

    DnsPublisherTest() throws IOException {
        route53 = new FakeRoute53();
    }

    @BeforeEach
    void giveCredentials() {
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "of-a-test");
    }

    @AfterEach
    void takeCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        assertThat(route53.problems()).isEmpty();
        route53.close();
    }

    @Test
    void publishesEveryMemberUnderItsZoneAndTheRegion() {
        members = List.of(member("p1", "a", "10.0.0.1"), member("p2", "b", "10.0.0.2"),
                member("p3", "b", "2001:db8::3"), member("p4", null, "10.0.0.4"), member("p5", "a", "not.an.address"));

        publisher(false).turn();

        assertThat(route53.sets()).containsOnlyKeys(
                "cache.example.com. A slotgate:f:p1", "cache.example.com. A slotgate:f:p2",
                "cache.example.com. AAAA slotgate:f:p3", "cache.example.com. A slotgate:f:p4",
                "a.cache.example.com. A slotgate:f:p1",
                "b.cache.example.com. A slotgate:f:p2", "b.cache.example.com. AAAA slotgate:f:p3",
                "c.cache.example.com. A slotgate:f:p1", "c.cache.example.com. A slotgate:f:p2",
                "c.cache.example.com. AAAA slotgate:f:p3", "c.cache.example.com. A slotgate:f:p4")
                .containsEntry("a.cache.example.com. A slotgate:f:p1", "10.0.0.1 30");
    }

    @Test
    void writesNothingThatIsThereAlready() {
        members = List.of(member("p1", "a", "10.0.0.1"));
        DnsPublisher first = publisher(false);
        first.turn();
        first.turn();
        publisher(false).turn();

        assertThat(route53.changeRequests()).isEqualTo(1);
        assertThat(route53.listRequests()).isEqualTo(2);
    }

    @Test
    void aZoneWithoutMembersAnswersWithTheRegion() {
        Member inA = member("p1", "a", "10.0.0.1");
        Member inB = member("p2", "b", "10.0.0.2");
        DnsPublisher publisher = publisher(false);
        members = List.of(inA, inB);
        publisher.turn();

        members = List.of(inA, in(inB, MemberState.DRAINING));
        publisher.turn();

        assertThat(route53.sets()).containsOnlyKeys("cache.example.com. A slotgate:f:p1",
                "a.cache.example.com. A slotgate:f:p1", "b.cache.example.com. A slotgate:f:p1",
                "c.cache.example.com. A slotgate:f:p1");
        assertThat(route53.changeRequests()).as("one request for all").isEqualTo(2);
    }

    @Test
    void whoDrainsLastTakesEverythingOut() {
        Member last = member("p1", "a", "10.0.0.1");
        members = List.of(last);
        DnsPublisher publisher = publisher(false);
        publisher.turn();

        members = List.of(in(last, MemberState.DRAINING));
        publisher.turn();

        assertThat(route53.sets()).isEmpty();
    }

    @Test
    void recordsStayWhenNobodyIsReady() {
        Member only = member("p1", "a", "10.0.0.1");
        members = List.of(only);
        DnsPublisher publisher = publisher(false);
        publisher.turn();

        members = List.of(in(only, MemberState.UNREADY));
        publisher.turn();

        assertThat(route53.sets()).isNotEmpty();
        assertThat(route53.changeRequests()).isEqualTo(1);
    }

    @Test
    void leavesRecordsOfOthersAlone() {
        route53.put("cache.example.com. A other-owner", "10.9.9.9 60");
        route53.put("b.cache.example.com. A slotgate:other-fleet:p1", "10.9.9.8 60");
        route53.put("z.cache.example.com. A slotgate:f:gone", "10.0.0.7 30");
        members = List.of(member("p1", "a", "10.0.0.1"));
        route53.pageSize(2);

        publisher(false).turn();

        assertThat(route53.sets())
                .containsKeys("cache.example.com. A other-owner", "b.cache.example.com. A slotgate:other-fleet:p1")
                .doesNotContainKey("z.cache.example.com. A slotgate:f:gone");
    }

    @Test
    void onlyTheWriterWrites() {
        writer = false;
        members = List.of(member("p1", "a", "10.0.0.1"));
        publisher(false).turn();
        assertThat(route53.listRequests() + route53.changeRequests()).isZero();

        writer = true;
        publisher(false).turn();
        assertThat(route53.sets()).isNotEmpty();
    }

    @Test
    void aDryRunChangesNothing() {
        members = List.of(member("p1", "a", "10.0.0.1"));
        DnsPublisher publisher = publisher(true);

        publisher.turn();
        publisher.turn();

        assertThat(route53.changeRequests()).isZero();
        assertThat(publisher.changes()).isPositive();
    }

    @Test
    void isThrottledAndFailsAndGoesOn() {
        members = List.of(member("p1", "a", "10.0.0.1"));
        DnsPublisher publisher = publisher(false);
        // The SDK tries again by itself.
        route53.fail(400, "Throttling");
        publisher.turn();
        assertThat(publisher.failures()).isZero();

        for (int i = 0; i < 20; i++) {
            route53.fail(500, "InternalFailure");
        }
        members = List.of(member("p1", "a", "10.0.0.2"));
        while (publisher.failures() == 0) {
            publisher.turn();
        }
        for (int i = 0; i < 20; i++) {
            publisher.turn();
        }

        assertThat(route53.sets()).containsEntry("cache.example.com. A slotgate:f:p1", "10.0.0.2 30");
    }

    @Test
    void saysHowManyMembersItCanNotPublish() {
        members = List.of(member("p1", "a", "10.0.0.1"), member("p2", "a", "host.example"),
                in(member("p3", "a", "other.example"), MemberState.DRAINING));
        DnsPublisher publisher = publisher(false);

        publisher.turn();

        assertThat(publisher.leftOut()).isEqualTo(1);
        assertThat(route53.sets()).hasSize(3).allSatisfy((name, record) -> assertThat(name).endsWith(":p1"));

        writer = false;
        publisher.turn();
        assertThat(publisher.leftOut()).isZero();
    }

    /** A request is under way when it is closed: it is answered, and then the records are taken back. */
    @Test
    void takesItsRecordsBackAlthoughARequestIsUnderWay() throws InterruptedException {
        SlowZone zone = new SlowZone();
        Member last = member("p1", "a", "10.0.0.1");
        members = List.of(last);
        DnsSettings settings = new DnsSettings(FakeRoute53.ZONE, NAME, "f", Duration.ofSeconds(30), List.of(),
                Duration.ofHours(1), null, null, false);
        DnsPublisher publisher = new DnsPublisher(settings, () -> members, () -> writer, () -> zone);
        publisher.start();
        assertThat(zone.asked.tryAcquire(30, TimeUnit.SECONDS)).isTrue();

        // When
        members = List.of(in(last, MemberState.DRAINING));
        Thread closing = Thread.ofPlatform().start(publisher::close);
        awaitWaiting(closing);
        zone.answers.release(2);
        closing.join(30_000);

        // Then
        assertThat(closing.isAlive()).isFalse();
        assertThat(publisher.failures()).isZero();
        assertThat(zone.records).isEmpty();
        assertThat(zone.closed).isTrue();
    }

    /** The one that writes drains, and stays the one until it leaves. */
    @Test
    void goesOnForTheOthersWhenItHasPublishedAtOnce() {
        Member own = member("p1", "a", "10.0.0.1");
        Member other = member("p2", "a", "10.0.0.2");
        members = List.of(own, other);
        try (DnsPublisher publisher = publisher(false)) {
            publisher.start();
            publisher.publishNow();
            assertThat(route53.sets()).hasSize(6);

            members = List.of(in(own, MemberState.DRAINING), other);
            publisher.publishNow();
            assertThat(route53.sets()).hasSize(3).allSatisfy((name, record) -> assertThat(name).endsWith(":p2"));

            members = List.of(in(own, MemberState.DRAINING), in(other, MemberState.DRAINING));
            await().until(() -> route53.sets().isEmpty());

            members = List.of(own, in(other, MemberState.DRAINING));
            publisher.publishSoon();
            await().until(() -> route53.sets().size() == 3);
        }
    }

    private static void awaitWaiting(Thread thread) {
        await().until(
                () -> thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING);
    }

    /** Changes wait until they are let go on, and are lost if they are interrupted. */
    private static final class SlowZone implements HostedZone {
        final Semaphore asked = new Semaphore(0);
        final Semaphore answers = new Semaphore(0);
        final Set<DnsRecord> records = new HashSet<>();
        volatile boolean closed;

        @Override
        public Set<DnsRecord> records() {
            return Set.copyOf(records);
        }

        @Override
        public void change(List<DnsChange> changes) {
            asked.release();
            try {
                answers.acquire();
            } catch (InterruptedException e) {
                throw new IllegalStateException("broken off", e);
            }
            for (DnsChange change : changes) {
                records.removeIf(change.record()::isInPlaceOf);
                if (!change.delete()) {
                    records.add(change.record());
                }
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void batchesWhatIsMuch() {
        members = IntStream.range(0, 300).mapToObj(i -> member("p" + i, "a", "10.0." + i / 250 + "." + i % 250))
                .toList();
        DnsPublisher publisher = publisher(false);

        for (int i = 0; i < 4; i++) {
            publisher.turn();
        }

        assertThat(route53.sets()).hasSize(900);
        assertThat(route53.changeRequests()).isEqualTo(3);
    }

    private DnsPublisher publisher(boolean dryRun) {
        DnsSettings settings = new DnsSettings(FakeRoute53.ZONE, NAME + ".", "f", Duration.ofSeconds(30), List.of("c"),
                Duration.ofMillis(10), "eu-central-1", route53.endpoint(), dryRun);
        return new DnsPublisher(settings, () -> members, () -> writer, () -> new Route53Zone(settings));
    }

    private static Member member(String id, @Nullable String zone, String host) {
        return new Member(id, zone, new HostPort(host, 6379), "1", 0, 0, 0, MemberState.HEALTHY);
    }

    private static Member in(Member member, MemberState state) {
        return new Member(member.id(), member.zone(), member.address(), member.version(), 0, 0, 0, state);
    }
}
