package io.slotgate.topology.fleet;

import io.slotgate.topology.fleet.FleetMessage.Asked;
import io.slotgate.topology.fleet.FleetMessage.Told;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.fleet.agreed.RaftSettings;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.View;
import org.jgroups.stack.Protocol;
import org.jgroups.util.NameCache;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This proxy's place in its fleet: {@link Gossip} and {@link Questions} over JGroups, on one daemon thread of its own. Methods may be called from
 * any thread and don't block, except {@link #close}.
 *
 * <pre>
 *   slot maps, finds ──> ┌───────┐            ┌───────────┐
 *         questions ──> │ inbox │ ── thread ─> Gossip    │ ──> FleetListener, JGroups
 *   JGroups' threads ──> └───────┘            │ Questions │ ──> FleetAnswers, JGroups
 *                                             └───────────┘
 * </pre>
 *
 * The inbox is bounded: what does not fit is dropped and counted, and anti-entropy makes up for it; a question fails.
 */
public final class Fleet implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Fleet.class);
    private static final int INBOX = 4096;
    private static final int STATUS_EVERY = 8;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long CLOSE_MILLIS = 3_000;

    private final FleetSettings settings;
    private final FleetListener listener;
    private final FleetCounters counters = new FleetCounters();
    private final BlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(INBOX);
    private final AtomicReference<@Nullable SlotMap> newMap = new AtomicReference<>();
    private final AtomicReference<@Nullable View> newView = new AtomicReference<>();
    private final Random random = new Random();
    private final Post<Address> post;
    private final Gossip<Address> gossip;
    private final Questions<Address> questions;
    private final Majority majority;
    private final JChannel channel;
    private final @Nullable RaftSettings agreed;
    private final Thread thread;
    private volatile List<Member> members = List.of();
    private volatile boolean coordinator;
    private volatile boolean closing;

    // of the fleet's thread
    private boolean joined;
    private MemberState toldState = MemberState.UNREADY;
    private long nextTry;
    private long nextTick;
    private int ticks;

    private Fleet(FleetSettings settings, List<Protocol> below, Supplier<Member> self, FleetListener listener,
            FleetAnswers answers) throws Exception {
        this.settings = settings;
        this.listener = listener;
        this.majority = new Majority(settings.voters(), listener);
        this.agreed = settings.voters().isEmpty() || settings.data() == null
                ? null
                : new RaftSettings(settings.member(), settings.voters(), settings.data());
        this.channel = new JChannel(
                Stack.protocols(settings, below, agreed == null ? List.of() : agreed.protocols(), counters));
        // Would listen for whoever wants to look inside.
        channel.getProtocolStack().getTransport().getDiagnosticsHandler().setEnabled(false);
        channel.name(settings.member()).setDiscardOwnMessages(true);
        this.post = new Post<>(new Wire(channel, counters), counters);
        this.gossip = new Gossip<>(self, post, listener, counters, random);
        this.questions = new Questions<>(post, answers, gossip::name, this::wake, counters);
        channel.setReceiver(new Inbound(counters, this::seen, (from, bytes) -> wake(() -> take(from, bytes))));
        if (agreed != null) {
            agreed.on(channel);
        }
        this.thread = Thread.ofPlatform().daemon().name("slotgate-fleet").unstarted(this::run);
    }

    /**
     * Joins the fleet, which goes on after this returns, for as long as it takes.
     *
     * @param self how this proxy is; asked on the fleet's thread
     * @param answers what it says to questions
     * @throws IOException if a file can't be used or an address is none of ours
     */
    public static Fleet join(FleetSettings settings, Supplier<Member> self, FleetListener listener,
            FleetAnswers answers) throws IOException {
        return join(settings, List.of(), self, listener, answers);
    }

    /** @param below protocols above the transport, by which tests drop what is sent */
    static Fleet join(FleetSettings settings, List<Protocol> below, Supplier<Member> self, FleetListener listener,
            FleetAnswers answers) throws IOException {
        try {
            Fleet fleet = new Fleet(settings, below, self, listener, answers);
            fleet.thread.start();
            return fleet;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("fleet: " + e.getMessage(), e);
        }
    }

    /** The slot map has changed. */
    public void mapChanged(SlotMap map) {
        if (newMap.getAndSet(map) == null) {
            wake(() -> {});
        }
    }

    /** This proxy learned something that changed its map. */
    public void found(Observation found) {
        wake(() -> {
            switch (found) {
                case Redirect redirect -> gossip.onFound(redirect, System.currentTimeMillis());
                case NodeLost lost -> gossip.onFound(lost, System.currentTimeMillis());
                case ClusterView view -> {
                    // The map that follows from it is told.
                }
            }
        });
    }

    /** The proxy's state has changed: all are told now. */
    public void statusChanged() {
        wake(() -> {});
    }

    /**
     * Asks all other members. Who does not answer within a second is missing, and not waited for the next time.
     *
     * @param what the kind of question, 0..255, as {@link FleetAnswers} know it
     * @param reading makes something of each answer
     * @return completes on a thread of its own; fails with a {@link RejectedExecutionException} if 16 questions are under way
     *         already, or nothing more fits into the inbox, and in some other way if the fleet is left
     */
    public <T> CompletableFuture<Replies<T>> ask(int what, AnswerReader<T> reading) {
        CompletableFuture<Replies<byte[]>> outcome = new CompletableFuture<>();
        if (!inbox.offer(() -> questions.ask(what, outcome, System.nanoTime()))) {
            counters.overflowed.incrementAndGet();
            outcome.completeExceptionally(new RejectedExecutionException("the fleet's inbox is full"));
        }
        // Whatever becomes of the thread.
        return outcome.orTimeout(3 * Questions.PATIENCE_NANOS, TimeUnit.NANOSECONDS)
                .thenApplyAsync(replies -> Replies.read(replies, reading, counters.malformed::incrementAndGet),
                        Thread::startVirtualThread);
    }

    /** All members that have said how they are, ourselves first. */
    public List<Member> members() {
        return members;
    }

    /**
     * Whether we are the one member that does what only one should. In a partition each side has one, or only the side with
     * most voters, where there are voters.
     */
    public boolean isCoordinator() {
        return coordinator;
    }

    /**
     * Whether there are voters, and no majority of them can be reached: what was agreed on stays as it is. Holds until the
     * fleet is joined, too.
     */
    public boolean isCutOff() {
        return majority.isLost();
    }

    public FleetCounters counters() {
        return counters;
    }

    /** The settings the fleet agrees on; {@code null} without voters. */
    public @Nullable AgreedSettings agreed() {
        return agreed;
    }

    /** Leaves the fleet; waits a moment for the others to know. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake(Runnable task) {
        if (!inbox.offer(task)) {
            counters.overflowed.incrementAndGet();
        }
    }

    private void run() {
        nextTick = System.nanoTime();
        while (!closing) {
            try {
                turn();
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException | Error e) {
                log.atError().setCause(e).log("Fleet task failed");
            }
        }
        questions.close();
        // Leaving takes a message, which an interrupt would stop.
        Thread.interrupted();
        if (agreed != null) {
            agreed.close();
        }
        channel.close();
    }

    private void turn() throws InterruptedException {
        joinIfDue();
        long now = System.nanoTime();
        Runnable task = inbox.poll(Math.max(0, Math.min(nextTick - now, questions.untilNext(now))),
                TimeUnit.NANOSECONDS);
        takeNews();
        for (; task != null; task = inbox.poll()) {
            task.run();
            takeNews();
        }
        gossip.flush(System.currentTimeMillis());
        questions.expire(System.nanoTime());
        if (nextTick - System.nanoTime() <= 0) {
            tick();
        }
        Member own = gossip.status();
        if (own.state() != toldState) {
            toldState = own.state();
            gossip.tellStatus();
        }
        List<Member> known = new ArrayList<>(List.of(own));
        known.addAll(gossip.members());
        tellMembers(List.copyOf(known));
    }

    private void tellMembers(List<Member> known) {
        boolean others = !ids(known).equals(ids(members));
        members = known;
        if (others) {
            listener.members(known);
        }
    }

    private static List<String> ids(List<Member> members) {
        return members.stream().map(Member::id).toList();
    }

    private void joinIfDue() throws InterruptedException {
        if (joined || nextTry - System.nanoTime() > 0) {
            return;
        }
        try {
            channel.connect(settings.name());
            joined = true;
            log.atInfo().addKeyValue("fleet", settings.name()).addKeyValue("member", settings.member())
                    .log("Joined the fleet");
        } catch (Exception e) {
            if (closing || Thread.interrupted()) {
                throw new InterruptedException();
            }
            log.atWarn().addKeyValue("fleet", settings.name()).addKeyValue("reason", e.toString())
                    .log("Can't join the fleet yet");
            nextTry = System.nanoTime() + RETRY_NANOS;
        }
    }

    private void takeNews() {
        View view = newView.getAndSet(null);
        if (view != null) {
            List<Address> others = new ArrayList<>(view.getMembers());
            others.remove(channel.getAddress());
            majority.onMembers(view.getMembers().stream().map(NameCache::get).filter(Objects::nonNull).toList());
            coordinator = view.getCoord() != null && view.getCoord().equals(channel.getAddress())
                    && !majority.isLost();
            log.atInfo().addKeyValue("members", others.size() + 1).addKeyValue("coordinator", coordinator)
                    .log("Fleet has changed");
            gossip.onMembers(others);
            questions.onMembers(others);
            majority.tell();
        }
        SlotMap map = newMap.getAndSet(null);
        if (map != null) {
            gossip.onMap(map);
        }
    }

    private void tick() {
        long interval = settings.gossipInterval().toNanos();
        nextTick = System.nanoTime() + interval / 2 + random.nextLong(interval + 1);
        gossip.digestToOne();
        if (ticks++ % STATUS_EVERY == 0) {
            gossip.tellStatus();
        }
    }

    private void take(Address from, byte[] bytes) {
        switch (post.read(bytes)) {
            case Told told -> gossip.on(from, told, System.currentTimeMillis());
            case Asked asked -> questions.on(from, asked);
            case null -> {
                // Counted there.
            }
        }
    }

    private void seen(View view) {
        if (newView.getAndSet(view) == null) {
            wake(() -> {});
        }
    }
}
