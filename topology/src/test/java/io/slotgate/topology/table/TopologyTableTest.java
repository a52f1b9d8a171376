package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;
import static io.slotgate.topology.table.Views.primary;
import static io.slotgate.topology.table.Views.slots;
import static io.slotgate.topology.table.Views.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TopologyTableTest {
    private static final Observation FIRST = view(1, "a", primary("a", 1, slots(0, 9)), primary("b", 2));
    private static final Observation SECOND = view(2, "b", primary("a", 1, slots(0, 8)), primary("b", 3, slots(9, 9)));

    private final TopologyTable table = new TopologyTable();

    @Test
    void startsEmpty() {
        assertThat(table.current()).isSameAs(SlotMap.empty());
    }

    @Test
    void versionsGrowWithChangesOnly() {
        List<Long> versions = new ArrayList<>();
        table.subscribe(map -> versions.add(map.version()));

        table.observe(FIRST);
        table.observe(FIRST);
        table.observe(view(2, "a", primary("a", 1, slots(0, 9)), primary("b", 2)));
        table.observe(SECOND);

        assertThat(versions).containsExactly(1L, 2L);
        assertThat(table.current().version()).isEqualTo(2);
    }

    @Test
    void listenersHearOfAMapThatIsVisible() {
        List<Boolean> visible = new ArrayList<>();
        table.subscribe(map -> visible.add(table.current() == map));

        table.observe(FIRST);
        table.observe(SECOND);

        assertThat(visible).containsExactly(true, true);
    }

    @Test
    void aFailingListenerConcernsNobodyElse() {
        List<Long> heard = new ArrayList<>();
        table.subscribe(map -> {
            throw new IllegalStateException("listener");
        });
        table.subscribe(map -> {
            throw new AssertionError("listener");
        });
        table.subscribe(map -> heard.add(map.version()));

        table.observe(FIRST);
        table.observe(SECOND);

        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void aClosedSubscriptionHearsNothingMore() {
        List<Long> closed = new ArrayList<>();
        List<Long> open = new ArrayList<>();
        Subscription subscription = table.subscribe(map -> closed.add(map.version()));
        table.subscribe(map -> open.add(map.version()));

        table.observe(FIRST);
        subscription.close();
        subscription.close();
        table.observe(SECOND);

        assertThat(closed).containsExactly(1L);
        assertThat(open).containsExactly(1L, 2L);
    }

    @Test
    void aListenerThatObservesDoesNotChangeTheOrderOthersHear() {
        List<Long> heard = new ArrayList<>();
        table.subscribe(map -> {
            if (map.version() == 1) {
                table.observe(SECOND);
            }
        });
        table.subscribe(map -> heard.add(map.version()));

        table.observe(FIRST);

        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void observersOnManyThreadsPublishEveryVersionOnceAndInOrder() throws InterruptedException {
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        table.subscribe(map -> heard.add(map.version()));
        table.observe(FIRST);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int first = 1000 * (t + 1);
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int slot = first; slot < first + 20; slot++) {
                    table.observe(new Redirect(slot, address("b")));
                }
            }));
        }

        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(table.current().version()).isEqualTo(81);
        assertThat(table.current().coveredSlots()).isEqualTo(90);
        assertThat(heard).containsExactlyElementsOf(LongStream.rangeClosed(1, 81).boxed().toList());
    }
}
