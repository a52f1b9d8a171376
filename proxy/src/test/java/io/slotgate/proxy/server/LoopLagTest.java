package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopLagTest {
    private long now;
    private final LoopLag lag = new LoopLag(() -> now);

    private void lookAfter(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        lag.look();
    }

    @Test
    void isTheLongestDelay() {
        lookAfter(100);
        assertThat(lag.longestMicros()).isZero();
        lookAfter(137);
        lookAfter(105);
        assertThat(lag.longestMicros()).isEqualTo(37_000);
    }

    @Test
    void isForgottenAfterTwentySeconds() {
        lookAfter(150);
        for (int i = 0; i < 120; i++) {
            lookAfter(100);
        }
        assertThat(lag.longestMicros()).as("after 12 s").isEqualTo(50_000);
        for (int i = 0; i < 100; i++) {
            lookAfter(100);
        }
        assertThat(lag.longestMicros()).as("after 22 s").isZero();
    }

    @Test
    void earlyIsNotLate() {
        lookAfter(10);
        lookAfter(10);
        assertThat(lag.longestMicros()).isZero();
    }
}
