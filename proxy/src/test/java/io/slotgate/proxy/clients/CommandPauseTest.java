package io.slotgate.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandPauseTest {
    private static final long NO_TIMER = -1;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Worker worker = new Worker(channel.eventLoop(), PooledByteBufAllocator.DEFAULT);
    private final CommandPause pause = new CommandPause(worker);
    private final Held client = new Held();

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        worker.close();
        channel.finishAndReleaseAll();
    }

    /** Milliseconds until the next timer of the loop. */
    private long nextTimer() {
        long nanos = channel.runScheduledPendingTasks();
        return nanos == NO_TIMER ? NO_TIMER : TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void endsAfterItsTime() {
        pause.begin(1_000, false);
        pause.hold(client);

        pass(999);
        assertThat(pause.active()).isTrue();
        pass(1);

        assertThat(pause.active()).isFalse();
        assertThat(client.released).isEqualTo(1);
        assertThat(nextTimer()).isEqualTo(NO_TIMER);
    }

    @Test
    void aLongerOneLeavesNoTimerOfTheEarlierOne() {
        pause.begin(1_000, false);
        pause.hold(client);

        pause.begin(5_000, true);

        assertThat(client.released).isEqualTo(1);
        assertThat(nextTimer()).isEqualTo(5_000);
        pass(4_999);
        assertThat(pause.active()).isTrue();
        pass(1);
        assertThat(pause.active()).isFalse();
    }

    /** CLIENT PAUSE 5000 ALL, CLIENT PAUSE 100 WRITE: a server holds writes back for the whole five seconds. */
    @Test
    void aShorterOneDoesNotShortenTheEarlierOne() {
        pause.begin(5_000, false);

        pause.begin(100, true);

        assertThat(pause.holdsTransaction(false)).isFalse();
        assertThat(pause.holdsTransaction(true)).isTrue();
        pass(4_999);
        assertThat(pause.active()).isTrue();
        pass(1);
        assertThat(pause.active()).isFalse();
        assertThat(nextTimer()).isEqualTo(NO_TIMER);
    }

    @Test
    void leavesNoTimerWhenItIsEnded() {
        // A timer of a pause for good would stay as long as the process.
        pause.begin(Long.MAX_VALUE / 2, false);
        pause.hold(client);

        pause.end();

        assertThat(pause.active()).isFalse();
        assertThat(client.released).isEqualTo(1);
        assertThat(nextTimer()).isEqualTo(NO_TIMER);
    }

    @Test
    void isAsLongAsItSaysAfterALongerOneWasEnded() {
        pause.begin(5_000, false);
        pause.end();

        pause.begin(100, false);

        assertThat(nextTimer()).isEqualTo(100);
        pass(100);
        assertThat(pause.active()).isFalse();
    }

    private static final class Held implements Client {
        private int released;

        @Override
        public void released() {
            released++;
        }

        @Override
        public ClientState client() {
            throw new UnsupportedOperationException("a pause asks nobody who he is");
        }

        @Override
        public long unread() {
            return 0;
        }

        @Override
        public void kill() {}

        @Override
        public void leave() {}

        @Override
        public boolean unblock(boolean error) {
            return false;
        }
    }
}
