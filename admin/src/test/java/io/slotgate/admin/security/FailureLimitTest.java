package io.slotgate.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureLimitTest {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private static final int MOST = 10;

    /** Near the end of its range, so that it runs over: only differences may be looked at. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - MINUTE / 2);
    private final FailureLimit limit = new FailureLimit(MOST, now::get);

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            limit.failed(address);
        }
    }

    @Test
    void letsTryUntilThereWereTooManyFailures() {
        fail("a", MOST - 1);
        assertThat(limit.waitSeconds("a")).isZero();

        fail("a", 1);

        assertThat(limit.waitSeconds("a")).isBetween(60L, 61L);
        assertThat(limit.waitSeconds("b")).isZero();
    }

    @Test
    void letsTryAgainWhenTheFirstFailureIsAMinuteOld() {
        fail("a", 1);
        now.addAndGet(MINUTE - TimeUnit.SECONDS.toNanos(10));
        fail("a", MOST - 1);
        assertThat(limit.waitSeconds("a")).isEqualTo(11);

        now.addAndGet(TimeUnit.SECONDS.toNanos(10));

        assertThat(limit.waitSeconds("a")).isZero();
    }

    @Test
    void countsAnewAfterAMinute() {
        fail("a", MOST - 1);
        now.addAndGet(MINUTE);

        fail("a", MOST - 1);

        assertThat(limit.waitSeconds("a")).isZero();
    }

    @Test
    void forgetsWhoWasSilentForLongest() {
        fail("a", MOST);
        fail("b", MOST);
        for (int i = 0; i < FailureLimit.ADDRESSES - 1; i++) {
            assertThat(limit.waitSeconds("a")).isPositive();
            fail("other" + i, 1);
        }

        assertThat(limit.waitSeconds("a")).isPositive();
        assertThat(limit.waitSeconds("b")).isZero();
    }

    /** Against a list of the times of all failures. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void letsNobodyTryMoreThanTwiceTheLimitInAnyMinute(long seed) {
        Random random = new Random(seed);
        Map<String, java.util.ArrayDeque<Long>> failures = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            now.addAndGet(random.nextLong(MINUTE / 20));
            String address = "a" + random.nextInt(3);
            if (limit.waitSeconds(address) == 0) {
                limit.failed(address);
                java.util.ArrayDeque<Long> times = failures.computeIfAbsent(address,
                        each -> new java.util.ArrayDeque<>());
                times.addLast(now.get());
                while (now.get() - times.getFirst() >= MINUTE) {
                    times.removeFirst();
                }
                assertThat(times).hasSizeLessThan(2 * MOST);
            }
        }
    }
}
