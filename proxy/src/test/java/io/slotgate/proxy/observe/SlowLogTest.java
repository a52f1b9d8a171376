package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowLogTest {
    private final SlowLog log = SlowLog.of(1000, 3);

    @Test
    void keepsTheLastOnes() {
        for (int i = 0; i < 5; i++) {
            add(i);
        }

        assertThat(log.entries()).extracting(SlowCommand::id).containsExactly(4L, 3L, 2L);
        assertThat(log.length()).isEqualTo(3);
    }

    @Test
    void forgetsWhatCameBeforeAReset() {
        add(1);
        log.reset();
        assertThat(log.length()).isZero();
        add(2);

        assertThat(log.entries()).extracting(SlowCommand::id).containsExactly(1L);
    }

    @Test
    void takesEntriesOfSeveralThreads() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int each = 0; each < 1000; each++) {
                    add(each);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(log.entries()).hasSize(3).allMatch(entry -> entry.id() >= 3990);
    }

    @Test
    void knowsTheLongestOfEachSecond() {
        LatencySpikes spikes = new LatencySpikes();
        spikes.add(1000, 20);
        spikes.add(1001, 15);
        spikes.add(1001, 30);
        spikes.add(1001, 12);

        assertThat(spikes.history()).containsExactly(new LatencySpikes.Spike(1000, 20),
                new LatencySpikes.Spike(1001, 30));
        spikes.add(1160, 1);
        assertThat(spikes.history()).extracting(LatencySpikes.Spike::unixSeconds).containsExactly(1001L, 1160L);
        assertThat(spikes.reset()).isTrue();
        assertThat(spikes.reset()).isFalse();
        assertThat(spikes.history()).isEmpty();
    }

    @Test
    void keepsNothingWhereItIsOff() {
        SlowLog off = SlowLog.off();

        assertThat(new Observer(off, 0).isSlow(System.nanoTime() - 1_000_000_000_000L)).isFalse();
        assertThat(off.entries()).isEmpty();
    }

    private void add(int second) {
        log.add(second * 1000L, 5000, List.of("GET", "k"), "127.0.0.1:1", "");
    }
}
