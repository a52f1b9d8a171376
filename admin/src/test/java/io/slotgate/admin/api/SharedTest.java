package io.slotgate.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedTest {
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong now = new AtomicLong(-5);
    private final AtomicInteger made = new AtomicInteger();
    private final Shared<String> shared = new Shared<>(changes::get, now::get);

    private String get(String key) throws Exception {
        return shared.get(key, () -> key + made.incrementAndGet());
    }

    @Test
    void givesWhatIsFreshToAll() throws Exception {
        assertThat(get("a")).isEqualTo("a1");
        now.addAndGet(Shared.FRESH_NANOS - 1);

        assertThat(get("a")).isEqualTo("a1");
        assertThat(get("b")).isEqualTo("b2");
    }

    @Test
    void givesNothingStale() throws Exception {
        get("a");
        now.addAndGet(Shared.FRESH_NANOS);

        assertThat(get("a")).isEqualTo("a2");
    }

    @Test
    void givesNothingFromBeforeAChange() throws Exception {
        get("a");
        changes.incrementAndGet();

        assertThat(get("a")).isEqualTo("a2");
    }

    @Test
    void remembersNoFailure() throws Exception {
        assertThatThrownBy(() -> shared.get("a", () -> {
            throw new IOException("no");
        })).isInstanceOf(IOException.class).hasMessage("no");

        assertThat(get("a")).isEqualTo("a1");
    }

    @Test
    void keepsAFewOnly() throws Exception {
        for (int i = 0; i < 100; i++) {
            get("k" + i);
        }

        assertThat(get("k99")).isEqualTo("k99100");
        assertThat(get("k0")).isEqualTo("k0101");
    }

    @Test
    void letsThoseWaitWhoComeWhileItIsMadeHoweverLongThatTakes() throws Exception {
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<String>> got = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        got.add(asking(threads, () -> {
            making.countDown();
            go.await();
            return "one";
        }));
        making.await();
        now.addAndGet(10 * Shared.FRESH_NANOS);
        got.add(asking(threads, () -> "other"));
        await().until(() -> threads.getLast().getState() == Thread.State.WAITING);

        go.countDown();

        for (CompletableFuture<String> each : got) {
            assertThat(each.join()).isEqualTo("one");
        }
    }

    private CompletableFuture<String> asking(List<Thread> threads, Callable<String> maker) {
        CompletableFuture<String> got = new CompletableFuture<>();
        threads.add(Thread.ofPlatform().start(() -> {
            try {
                got.complete(shared.get("a", maker));
            } catch (Exception e) {
                got.completeExceptionally(e);
            }
        }));
        return got;
    }
}
