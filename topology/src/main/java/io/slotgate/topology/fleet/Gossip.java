package io.slotgate.topology.fleet;

import io.slotgate.topology.fleet.FleetMessage.Change;
import io.slotgate.topology.fleet.FleetMessage.Digest;
import io.slotgate.topology.fleet.FleetMessage.Everything;
import io.slotgate.topology.fleet.FleetMessage.Status;
import io.slotgate.topology.fleet.FleetMessage.Told;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy says, and makes of what others say: no I/O, no clock, no thread of its own; for one thread.
 *
 * <pre>
 *   a redirect, a lost node, a higher epoch  --- Change -----> all      at once; what was heard is not told again
 *   every gossip interval                    --- Digest -----> one      by chance
 *   a digest that is not mine                --- Everything -> sender   who sends back everything if it knows more
 *   every status interval, and on a change   --- Status -----> all
 * </pre>
 *
 * What waits to be told is kept by slot, node and shard, so it is bounded by the cluster, however long nobody calls
 * {@link #flush}.
 *
 * @param <A> what members are addressed by
 */
final class Gossip<A> {
    /** A lost node is told by one proxy; others that lose it in the same moment keep quiet. */
    static final long QUIET_MILLIS = 1_000;
    /** So long a slot that was redirected is not taken back by what others have not heard of yet. */
    private static final long FRESH_MILLIS = 30_000;

    private final Supplier<Member> self;
    private final Post<A> post;
    private final FleetListener listener;
    private final FleetCounters counters;
    private final RandomGenerator random;

    private final Map<A, Member> members = new LinkedHashMap<>();
    private final Map<String, Long> toldEpochs = new HashMap<>();
    private final long[] toldSlots = ToldMap.NONE.slotEpochs();
    private final Map<Integer, Long> freshRedirects = new HashMap<>();
    private final Map<HostPort, Long> toldLosses = new HashMap<>();
    private final Map<A, Fruitless> fruitless = new HashMap<>();
    private final Map<Integer, ToldRedirect> redirectsToTell = new TreeMap<>();
    private final Map<String, ToldShard> shardsToTell = new TreeMap<>();
    private final List<HostPort> lossesToTell = new ArrayList<>();
    private List<A> others = List.of();
    private SlotMap map = SlotMap.empty();
    private ToldMap mine = ToldMap.NONE;
    private long digest = ShardCodec.digest(ToldMap.NONE);
    private boolean hasMap;

    /** Two maps that differ although neither side knows more: a redirect that no view has confirmed yet, say. */
    private record Fruitless(long theirs, long mine) {}

    Gossip(Supplier<Member> self, Post<A> post, FleetListener listener, FleetCounters counters,
            RandomGenerator random) {
        this.self = self;
        this.post = post;
        this.listener = listener;
        this.counters = counters;
        this.random = random;
    }

    /** Who is there, without us. Newcomers are told how we are. */
    void onMembers(List<A> present) {
        boolean newcomers = !Set.copyOf(others).containsAll(present);
        others = List.copyOf(present);
        members.keySet().retainAll(present);
        fruitless.keySet().retainAll(present);
        if (newcomers) {
            tellStatus();
            digestToOne();
        }
    }

    /** The slot map has changed; the first one is what we start from, not news. */
    void onMap(SlotMap changed) {
        map = changed;
        mine = ToldMap.of(changed);
        digest = ShardCodec.digest(mine);
        List<ToldShard> news = hasMap ? mine.aheadOf(toldEpochs, toldSlots) : List.of();
        news.forEach(shard -> shardsToTell.put(shard.primary().id(), shard));
        toldEpochs.keySet().retainAll(mine.epochs().keySet());
        note(mine);
        hasMap = hasMap || !mine.shards().isEmpty();
    }

    /** We learned something that changed our map. */
    void onFound(Redirect redirect, long nowMillis) {
        freshRedirects.put(redirect.slot(), nowMillis);
        redirectsToTell.put(redirect.slot(), new ToldRedirect(redirect.slot(), epochOf(redirect), redirect.owner(),
                redirect.from()));
    }

    /** We can't reach a node. */
    void onFound(NodeLost lost, long nowMillis) {
        if (isNewLoss(lost.address(), nowMillis) && lossesToTell.size() < FleetCodec.MOST_LOST) {
            lossesToTell.add(lost.address());
        }
    }

    /** Tells all others what has come together. */
    void flush(long nowMillis) {
        if (redirectsToTell.isEmpty() && shardsToTell.isEmpty() && lossesToTell.isEmpty()) {
            return;
        }
        if (!others.isEmpty()) {
            post.toAll(new Change(nowMillis, List.copyOf(redirectsToTell.values()), lossesToTell,
                    new ToldMap(List.copyOf(shardsToTell.values()))));
        }
        redirectsToTell.clear();
        shardsToTell.clear();
        lossesToTell.clear();
    }

    /** Anti-entropy: asks one member, by chance, whether it knows the same. */
    void digestToOne() {
        if (hasMap && !others.isEmpty()) {
            post.to(others.get(random.nextInt(others.size())), new Digest(digest));
        }
    }

    void tellStatus() {
        if (!others.isEmpty()) {
            post.toAll(new Status(status()));
        }
    }

    /** How we are now. */
    Member status() {
        return self.get().withDigest(digest);
    }

    /** The latest each other member has said of itself; those that have said nothing yet are missing. */
    List<Member> members() {
        return List.copyOf(members.values());
    }

    void on(A from, Told told, long nowMillis) {
        switch (told) {
            case Status status -> {
                if (others.contains(from)) {
                    members.put(from, status.member());
                }
            }
            case Change change -> onChange(name(from), change, nowMillis);
            case Digest theirs -> {
                if (theirs.digest() != digest
                        && !new Fruitless(theirs.digest(), digest).equals(fruitless.get(from))) {
                    post.to(from, new Everything(false, mine));
                }
            }
            case Everything everything -> onEverything(from, everything, nowMillis);
        }
    }

    /** What a member is called; by its address, if it has not said. */
    String name(A from) {
        Member member = members.get(from);
        return member == null ? String.valueOf(from) : member.id();
    }

    private void onChange(String from, Change change, long nowMillis) {
        counters.changes.incrementAndGet();
        counters.delayMillis.set(Math.max(0, nowMillis - change.sentAt()));
        hear(from, change.shards(), nowMillis);
        for (ToldRedirect redirect : change.redirects()) {
            if (map.epoch(redirect.slot()) <= redirect.epoch()) {
                freshRedirects.put(redirect.slot(), nowMillis);
                listener.redirect(new Redirect(redirect.slot(), redirect.owner(), redirect.from()), from);
            }
        }
        for (HostPort lost : change.lost()) {
            if (isNewLoss(lost, nowMillis)) {
                listener.lost(lost, from);
            }
        }
    }

    private void onEverything(A from, Everything everything, long nowMillis) {
        ToldMap theirs = everything.map();
        boolean behind = hear(name(from), theirs, nowMillis);
        boolean ahead = !mine.aheadOf(theirs.epochs(), theirs.slotEpochs()).isEmpty();
        if (behind) {
            counters.healed.incrementAndGet();
        }
        if (ahead && !everything.isLast()) {
            post.to(from, new Everything(true, mine));
        }
        if (!behind && !ahead) {
            fruitless.put(from, new Fruitless(ShardCodec.digest(theirs), digest));
        }
    }

    /** Whether we were behind. What was heard counts as told, or each of us would tell it again. */
    private boolean hear(String from, ToldMap theirs, long nowMillis) {
        ClusterView news = theirs.newsFor(mine);
        freshRedirects.values().removeIf(at -> nowMillis - at >= FRESH_MILLIS);
        List<Redirect> taken = new ArrayList<>(theirs.takenSlots(mine));
        taken.removeIf(redirect -> freshRedirects.containsKey(redirect.slot()));
        if (news == null && taken.isEmpty()) {
            return false;
        }
        note(theirs);
        if (news != null) {
            listener.view(news, from);
        }
        taken.forEach(redirect -> listener.redirect(redirect, from));
        return true;
    }

    private void note(ToldMap told) {
        told.epochs().forEach((id, epoch) -> toldEpochs.merge(id, epoch, Math::max));
        long[] epochs = told.slotEpochs();
        for (int slot = 0; slot < epochs.length; slot++) {
            toldSlots[slot] = Math.max(toldSlots[slot], epochs[slot]);
        }
    }

    private boolean isNewLoss(HostPort node, long nowMillis) {
        toldLosses.values().removeIf(at -> nowMillis - at >= QUIET_MILLIS);
        return toldLosses.size() < FleetCodec.MOST_LOST && toldLosses.putIfAbsent(node, nowMillis) == null;
    }

    /** The epoch of who answered: it held the slot, by what we knew. */
    private long epochOf(Redirect redirect) {
        HostPort from = redirect.from();
        Node former = from == null ? null : map.node(from);
        Shard shard = former == null ? null : shardOf(former);
        return shard == null ? map.epoch(redirect.slot()) : Math.max(map.epoch(shard), map.epoch(redirect.slot()));
    }

    private @Nullable Shard shardOf(Node node) {
        for (Shard shard : map.shards()) {
            if (shard.primary().equals(node) || shard.replicas().contains(node)) {
                return shard;
            }
        }
        return null;
    }
}
