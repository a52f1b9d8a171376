package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which of several replicas that are equally near a read is sent to. The nodes answer nothing, so what is sent stays under way. */
@Timeout(60)
class ReplicaSetTest {
    private static final int REPLICAS = 5;
    private static final int READS = 1000;

    private final UpstreamsFixture fixture = new UpstreamsFixture();
    private final List<FakeNode> nodes = IntStream.range(0, REPLICAS)
            .mapToObj(i -> new FakeNode(command -> command.is("readonly") ? Answer.OK : Answer.NOTHING)).toList();
    private final List<UpstreamChannel> replicas = nodes.stream().map(node -> fixture.readyReplica(node.address()))
            .toList();

    @AfterEach
    void close() {
        fixture.close();
        nodes.forEach(FakeNode::close);
    }

    @Test
    void oneWithMoreCommandsUnderWayThanAllOthersIsNeverTaken() {
        ReplicaSet set = new ReplicaSet(replicas, List.of(), false);
        sendReads(replicas.get(3), 2);

        Map<UpstreamChannel, Integer> chosen = choose(set, READS);

        assertThat(chosen).doesNotContainKey(replicas.get(3)).hasSize(REPLICAS - 1);
        assertThat(chosen.values()).as("chosen of %s", READS).allMatch(times -> times > READS / 10);
    }

    @Test
    void ofTwoThatWithFewerCommandsUnderWayIsTakenWhicheverComesFirst() {
        UpstreamChannel loaded = replicas.get(0);
        UpstreamChannel free = replicas.get(1);
        sendReads(loaded, 1);

        assertThat(choose(new ReplicaSet(List.of(loaded, free), List.of(), false), 100)).containsOnlyKeys(free);
        assertThat(choose(new ReplicaSet(List.of(free, loaded), List.of(), false), 100)).containsOnlyKeys(free);
        sendReads(free, 2);
        assertThat(choose(new ReplicaSet(List.of(loaded, free), List.of(), false), 100)).containsOnlyKeys(loaded);
    }

    @Test
    void commandsUnderWayStayEvenBetterThanByChance() {
        ReplicaSet set = new ReplicaSet(List.of(), replicas, false);

        fixture.run(() -> {
            for (int i = 0; i < READS; i++) {
                fixture.sendRead(Objects.requireNonNull(set.far()));
            }
        });

        List<Integer> waiting = fixture.call(() -> replicas.stream().map(UpstreamChannel::waiting).toList());
        // By mere chance they would differ by about 30 (the deviation of each is 13); by two choices, hardly at all.
        assertThat(waiting).allSatisfy(each -> assertThat(each).isBetween(READS / REPLICAS - 5, READS / REPLICAS + 5));
    }

    @Test
    void oneThatHangsGetsNoMoreThanTheOthersHaveUnderWay() {
        ReplicaSet set = new ReplicaSet(replicas, List.of(), false);
        UpstreamChannel hangs = replicas.get(2);
        sendReads(hangs, READS);

        fixture.run(() -> {
            for (int i = 0; i < READS; i++) {
                fixture.sendRead(Objects.requireNonNull(set.near()));
            }
        });

        assertThat(fixture.call(hangs::waiting)).isEqualTo(READS);
    }

    @Test
    void oneThatIsNotReadyIsNeverTakenAndTheLastThatIsReadyAlwaysFound() {
        ReplicaSet set = new ReplicaSet(replicas, List.of(), false);
        for (int lost = 0; lost < REPLICAS; lost++) {
            List<UpstreamChannel> ready = replicas.subList(lost, REPLICAS);

            assertThat(choose(set, READS)).as("after %s are lost", lost)
                    .containsOnlyKeys(ready.toArray(UpstreamChannel[]::new));

            nodes.get(lost).stop();
            UpstreamChannel channel = replicas.get(lost);
            await().until(() -> !fixture.call(channel::ready));
        }
        assertThat(fixture.call(() -> set.near() == null && set.far() == null)).isTrue();
    }

    @Test
    void nearAndFarAreNotTakenForEachOther() {
        ReplicaSet set = new ReplicaSet(replicas.subList(0, 2), replicas.subList(2, REPLICAS), true);
        for (int i = 0; i < 2; i++) {
            sendReads(replicas.get(i), 10);
        }

        assertThat(choose(set, 100)).containsOnlyKeys(replicas.get(0), replicas.get(1));
        assertThat(fixture.call(() -> replicas.indexOf(set.far()))).isBetween(2, REPLICAS - 1);
        assertThat(fixture.call(() -> ReplicaSet.NONE.near() == null && ReplicaSet.NONE.far() == null)).isTrue();
    }

    /** How often each of those near is chosen; nothing is sent to it meanwhile. */
    private Map<UpstreamChannel, Integer> choose(ReplicaSet set, int times) {
        return fixture.call(() -> {
            Map<UpstreamChannel, Integer> chosen = new HashMap<>();
            for (int i = 0; i < times; i++) {
                chosen.merge(Objects.requireNonNull(set.near()), 1, Integer::sum);
            }
            return chosen;
        });
    }

    private void sendReads(UpstreamChannel channel, int count) {
        fixture.run(() -> {
            for (int i = 0; i < count; i++) {
                fixture.sendRead(channel);
            }
        });
    }
}
