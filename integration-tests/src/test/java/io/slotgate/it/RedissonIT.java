package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RLock;
import org.redisson.api.RQueue;
import org.redisson.api.RedissonClient;

/** Redisson's locks and queues, between two clients: scripts, WAIT and subscriptions together. */
@Timeout(120)
class RedissonIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(1));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @SuppressWarnings("LockNotBeforeTry") // it ends with the client
    void oneHoldsALockAndTheOtherGetsItWhenItIsReleased(boolean cluster) throws Exception {
        try (MatrixRedisson one = MatrixRedisson.of(proxy.clients(), cluster);
                MatrixRedisson other = MatrixRedisson.of(proxy.clients(), cluster)) {
            // Given
            RLock held = one.redisson().getLock("lock:" + cluster);
            held.lock(90, TimeUnit.SECONDS);
            CountDownLatch tried = new CountDownLatch(1);

            // When
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
                RLock same = other.redisson().getLock("lock:" + cluster);
                boolean early = same.tryLock();
                tried.countDown();
                try {
                    return !early && same.tryLock(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(tried.await(60, TimeUnit.SECONDS)).isTrue();
            held.unlock();

            // Then
            assertThat(waiting.get(90, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aQueueGivesEachElementOnce(boolean cluster) throws Exception {
        try (MatrixRedisson redisson = MatrixRedisson.of(proxy.clients(), cluster)) {
            RedissonClient client = redisson.redisson();
            RQueue<String> queue = client.getQueue("queue:" + cluster);
            for (int i = 0; i < 100; i++) {
                queue.add("element " + i);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(queue.poll()).isEqualTo("element " + i);
            }
            assertThat(queue.poll()).isNull();
        }
    }
}
