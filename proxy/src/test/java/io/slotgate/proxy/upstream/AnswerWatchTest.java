package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerWatchTest {
    private final AnswerWatch watch = new AnswerWatch();

    @Test
    void whoHasNothingToAnswerIsNeverSilent() {
        assertThat(watch.look(5, 0, 100)).isZero();
        assertThat(watch.look(5, 0, 900)).isZero();
        assertThat(watch.look(5, 1, 1000)).isEqualTo(100);
    }

    @Test
    void theTimeGrowsAsLongAsNothingIsAnswered() {
        watch.look(5, 0, 100);
        watch.look(5, 3, 200);
        assertThat(watch.look(5, 7, 1100)).isEqualTo(1000);
    }

    @Test
    void everyAnswerBeginsItAnew() {
        watch.look(5, 3, 100);
        assertThat(watch.look(6, 3, 1100)).isZero();
        assertThat(watch.look(6, 3, 1200)).isEqualTo(100);
    }

    @Test
    void theTimeCanBeginAnewWithoutAnAnswer() {
        watch.look(5, 3, 100);
        watch.startAnew(1000);
        assertThat(watch.look(5, 3, 1100)).isEqualTo(100);
        assertThat(watch.heardSince(200)).isFalse();
    }

    @Test
    void itKnowsWhetherSomethingWasHeardSinceATime() {
        watch.look(5, 3, 100);
        watch.look(6, 3, 200);
        watch.look(6, 3, 300);
        assertThat(watch.heardSince(200)).isTrue();
        assertThat(watch.heardSince(201)).isFalse();
    }

    @Test
    void anotherConnectionBeginsItAnew() {
        watch.look(5, 3, 100);
        watch.reset(500);
        assertThat(watch.look(5, 3, 600)).isEqualTo(100);
        assertThat(watch.heardSince(500)).isTrue();
    }
}
