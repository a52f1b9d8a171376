package io.slotgate.proxy.server;

import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.observe.KeyCodec;
import io.slotgate.proxy.observe.KeyFigures;
import io.slotgate.proxy.observe.OfProxies;
import io.slotgate.proxy.observe.SlotCodec;
import io.slotgate.proxy.observe.SlotCounts;
import io.slotgate.topology.fleet.AnswerReader;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all proxies of the fleet saw of slots and keys: each is asked, and waited for for about a second. Any thread; futures
 * complete on threads of their own, and never if a worker ends before.
 */
public final class FleetSeen {
    private static final Logger log = LoggerFactory.getLogger(FleetSeen.class);

    private final Seen own;
    private final FleetLink link;

    FleetSeen(Seen own, FleetLink link) {
        this.own = own;
        this.link = link;
    }

    /** Which keys are hot, and which are big. */
    public CompletableFuture<OfProxies<KeyFigures>> keys() {
        return all(HeatAnswers.KEYS, KeyFigures::of, KeyCodec::decode, KeyFigures::plus);
    }

    /** How often each slot was named; none if nothing is counted at any of them. */
    public CompletableFuture<OfProxies<SlotCounts>> slots() {
        return all(HeatAnswers.SLOTS, HeatFigures::slots, SlotCodec::decode, SlotCounts::plus);
    }

    private <T> CompletableFuture<OfProxies<T>> all(int what, Function<HeatFigures, T> ours,
            AnswerReader<T> reading, BinaryOperator<T> plus) {
        CompletableFuture<Replies<T>> theirs = link.ask(what, reading).exceptionally(failure -> {
            log.atDebug().addKeyValue("reason", failure.toString()).log("The other proxies were not asked");
            return new Replies<>(List.of(), link.members().stream().skip(1).map(Member::id).toList());
        });
        return own.heat().thenCombineAsync(theirs, (heat, replies) -> merged(ours.apply(heat), replies, plus),
                Thread::startVirtualThread);
    }

    private <T> OfProxies<T> merged(T ours, Replies<T> theirs, BinaryOperator<T> plus) {
        T sum = ours;
        List<String> others = new ArrayList<>();
        for (Replies.Reply<T> reply : theirs.replies()) {
            sum = plus.apply(sum, reply.answer());
            others.add(reply.member());
        }
        others.sort(null);
        others.addFirst(link.members().getFirst().id());
        return new OfProxies<>(sum, others, theirs.missing().stream().sorted().toList());
    }
}
