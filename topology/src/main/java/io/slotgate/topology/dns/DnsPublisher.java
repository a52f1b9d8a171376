package io.slotgate.topology.dns;

import io.slotgate.topology.fleet.Member;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the records of a fleet as its members are, as long as this proxy is the one to do so; on one daemon thread of its
 * own. What is there is asked when this proxy becomes that one, after a failure, and now and then; nothing is written
 * that is there already. After a failure it waits, twice as long each time.
 */
public final class DnsPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DnsPublisher.class);
    /** Route 53 takes 1,000 records in one request, and counts what is put twice. */
    private static final int MOST_CHANGES = 400;
    private static final int LOOK_AGAIN_TURNS = 60;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final long CLOSE_MILLIS = 10_000;

    private final DnsSettings settings;
    private final Supplier<List<Member>> members;
    private final BooleanSupplier isWriter;
    private final Supplier<HostedZone> open;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Thread thread;
    /** As many as drains begin or end while a call is under way: operators begin one at a time. */
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private volatile int leftOut;

    // of the publisher's thread
    private @Nullable HostedZone zone;
    private Set<String> knownLeftOut = Set.of();
    private @Nullable Set<DnsRecord> present;
    private int turnsSinceLook;
    private int failuresInARow;

    /** Somebody wants the records to be as the members are now. */
    private record Request(CompletableFuture<Void> done, boolean last) {}

    DnsPublisher(DnsSettings settings, Supplier<List<Member>> members, BooleanSupplier isWriter,
            Supplier<HostedZone> open) {
        this.settings = settings;
        this.members = members;
        this.isWriter = isWriter;
        this.open = open;
        this.thread = Thread.ofPlatform().daemon().name("slotgate-dns").unstarted(this::run);
    }

    /**
     * Starts publishing.
     *
     * @param members the fleet's members, ourselves among them; those that drain are taken out
     * @param isWriter whether this is the one member that writes
     */
    public static DnsPublisher start(DnsSettings settings, Supplier<List<Member>> members, BooleanSupplier isWriter) {
        DnsPublisher publisher = new DnsPublisher(settings, members, isWriter, () -> new Route53Zone(settings));
        publisher.start();
        return publisher;
    }

    void start() {
        thread.start();
    }

    /** Changes made so far, records put or removed; those of a dry run count. */
    public long changes() {
        return written.get();
    }

    /** Calls that failed so far. */
    public long failures() {
        return failures.get();
    }

    /** Healthy members that have no records because they are known by a host name only; 0 if this proxy is not the one that writes. */
    public int leftOut() {
        return leftOut;
    }

    /** Does not wait until the next turn. */
    public void publishSoon() {
        requests.add(new Request(new CompletableFuture<>(), false));
    }

    /** As {@link #publishSoon}, and returns when that is done, or has failed, or took some seconds. */
    public void publishNow() {
        Request request = new Request(new CompletableFuture<>(), false);
        requests.add(request);
        if (!thread.isAlive()) {
            return;
        }
        try {
            request.done().get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().addKeyValue("name", settings.name()).addKeyValue("millis", CLOSE_MILLIS)
                    .log("DNS records may be out of date: the service did not answer in time");
        }
    }

    /**
     * Publishes once more, for those that drain by now, and ends. A call that is under way is not broken off; but after some seconds
     * nobody waits any more, and it is.
     */
    @Override
    public void close() {
        requests.add(new Request(new CompletableFuture<>(), true));
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.atWarn().addKeyValue("name", settings.name()).addKeyValue("millis", CLOSE_MILLIS)
                    .log("DNS records may be left behind: the service did not answer in time");
            thread.interrupt();
        }
    }

    private void run() {
        try {
            turn();
            boolean over = false;
            while (!over) {
                Request request = requests.poll(pause().toMillis(), TimeUnit.MILLISECONDS);
                turn();
                if (request != null) {
                    over = request.last();
                    request.done().complete(null);
                }
            }
        } catch (InterruptedException e) {
            // Nobody waits for it any more.
        }
        requests.forEach(tooLate -> tooLate.done().complete(null));
        HostedZone opened = zone;
        if (opened != null) {
            opened.close();
        }
    }

    private Duration pause() {
        Duration wait = settings.interval().multipliedBy(1L << Math.min(10, failuresInARow));
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    /** One look at the members, and at most one request that changes records. */
    void turn() {
        if (!isWriter.getAsBoolean()) {
            present = null;
            leftOut = 0;
            return;
        }
        List<Member> all = members.get();
        tellLeftOut(DnsPlan.leftOut(all));
        Optional<Set<DnsRecord>> wanted = DnsPlan.of(settings, all);
        if (wanted.isEmpty()) {
            return;
        }
        try {
            publish(wanted.get());
            failuresInARow = 0;
        } catch (RuntimeException e) {
            present = null;
            failures.incrementAndGet();
            (failuresInARow++ == 0 ? log.atWarn() : log.atDebug()).addKeyValue("name", settings.name())
                    .addKeyValue("reason", e.toString()).log("DNS records could not be published");
        }
    }

    /** Once of each, for it stays so until somebody changes its configuration. */
    private void tellLeftOut(List<Member> left) {
        leftOut = left.size();
        for (Member member : left) {
            if (!knownLeftOut.contains(member.id())) {
                log.atWarn().addKeyValue("member", member.id()).addKeyValue("address", member.address())
                        .log("No DNS record can be made for a member that is known by a host name");
            }
        }
        knownLeftOut = left.stream().map(Member::id).collect(Collectors.toUnmodifiableSet());
    }

    private void publish(Set<DnsRecord> wanted) {
        Set<DnsRecord> there = present;
        if (there == null || ++turnsSinceLook >= LOOK_AGAIN_TURNS) {
            there = zone().records();
            turnsSinceLook = 0;
        }
        List<DnsChange> changes = DnsChange.between(there, wanted);
        List<DnsChange> batch = changes.subList(0, Math.min(MOST_CHANGES, changes.size()));
        if (!batch.isEmpty()) {
            log.atInfo().addKeyValue("name", settings.name()).addKeyValue("changes", batch.size())
                    .addKeyValue("dryRun", settings.dryRun()).log("Publishing DNS records");
            batch.forEach(change -> log.atDebug().addKeyValue("change", change).log("DNS record"));
            if (!settings.dryRun()) {
                zone().change(batch);
            }
            written.addAndGet(batch.size());
        }
        present = after(there, batch);
    }

    private static Set<DnsRecord> after(Set<DnsRecord> before, List<DnsChange> changes) {
        Set<DnsRecord> after = new HashSet<>(before);
        for (DnsChange change : changes) {
            after.removeIf(change.record()::isInPlaceOf);
            if (!change.delete()) {
                after.add(change.record());
            }
        }
        return after;
    }

    private HostedZone zone() {
        HostedZone opened = zone;
        if (opened == null) {
            opened = open.get();
            zone = opened;
        }
        return opened;
    }
}
