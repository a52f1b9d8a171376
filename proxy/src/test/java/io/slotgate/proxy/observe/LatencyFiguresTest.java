package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyFiguresTest {
    @Test
    void bucketsFollowOneAnotherWithoutAGap() {
        long lower = 0;
        for (int bucket = 0; bucket < LatencyFigures.BUCKETS - 1; bucket++) {
            long upper = LatencyFigures.upperBoundMicros(bucket);

            assertThat(upper).isGreaterThan(lower);
            assertThat(LatencyFigures.bucket(lower)).isEqualTo(bucket);
            assertThat(LatencyFigures.bucket(upper - 1)).isEqualTo(bucket);
            assertThat(upper - lower).isLessThanOrEqualTo(Math.max(1, lower / 4));
            lower = upper;
        }
        assertThat(LatencyFigures.bucket(lower)).isEqualTo(LatencyFigures.BUCKETS - 1);
        assertThat(LatencyFigures.bucket(Long.MAX_VALUE)).isEqualTo(LatencyFigures.BUCKETS - 1);
        assertThat(lower).isGreaterThan(3_000_000_000L);
    }

    @Test
    void percentilesAreThoseOfTheSortedValuesWithinAQuarter() {
        Random random = new Random(7);
        Latencies latencies = new Latencies();
        long[] micros = new long[10_000];
        for (int i = 0; i < micros.length; i++) {
            micros[i] = (long) Math.exp(random.nextGaussian() * 2 + 6);
            latencies.record(micros[i] * 1000 + random.nextInt(1000));
        }
        Arrays.sort(micros);

        LatencyFigures figures = latencies.snapshot();

        for (double part : new double[]{0.5, 0.99, 0.999}) {
            long exact = micros[(int) Math.ceil(part * micros.length) - 1];
            assertThat(figures.percentileMicros(part)).isBetween(exact + 1, exact + exact / 4 + 1);
        }
        assertThat(figures.count()).isEqualTo(micros.length);
        assertThat(figures.meanMicros()).isBetween(1.0, 10_000.0);
    }

    @Test
    void addsUpAndTakesApart() {
        Latencies latencies = new Latencies();
        latencies.record(1_000);
        LatencyFigures before = latencies.snapshot();
        latencies.record(50_000);
        latencies.record(-1);

        LatencyFigures between = latencies.snapshot().since(before);

        assertThat(between.count()).isEqualTo(2);
        assertThat(between.sumNanos()).isEqualTo(50_000);
        assertThat(between.plus(before).count()).isEqualTo(3);
        assertThat(LatencyFigures.NONE.percentileMicros(0.99)).isZero();
        assertThat(LatencyFigures.NONE.meanMicros()).isZero();
    }
}
