package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** A hundred thousand keys of all types, written and read back by different clients, over TLS. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MixedKeysIT {
    private static final int KEYS = 100_000;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @Test
    @Order(1)
    void whatOneClientWritesAnotherReadsBack() {
        // Given: Lettuce has fewer of them, for its buffers are watched for leaks as ours are, which takes it a while.
        List<MixedKey> first = keys(0, 40_000);
        List<MixedKey> second = keys(40_000, 80_000);
        List<MixedKey> third = keys(80_000, 90_000);
        List<MixedKey> fourth = keys(90_000, KEYS);
        Clients clients = proxy.clients();
        ClientKind.JEDIS.write(clients, first);
        ClientKind.JEDIS_CLUSTER.write(clients, second);
        ClientKind.LETTUCE.write(clients, third);
        ClientKind.LETTUCE_CLUSTER.write(clients, fourth);

        // When, then
        ClientKind.JEDIS_CLUSTER.check(clients, first);
        ClientKind.JEDIS.check(clients, second);
        ClientKind.LETTUCE_CLUSTER.check(clients, third);
        ClientKind.LETTUCE.check(clients, fourth);
    }

    private static List<MixedKey> keys(int from, int to) {
        return IntStream.range(from, to).mapToObj(MixedKey::new).toList();
    }

    @Test
    @Order(2)
    void wholeKeyspaceCommandsSeeEveryKey() {
        // Given
        Set<String> names = new HashSet<>();
        for (int i = 0; i < KEYS; i++) {
            names.add(MixedKey.text(new MixedKey(i).name()));
        }
        try (Jedis jedis = proxy.clients().jedis()) {
            // When, then
            assertThat(jedis.dbSize()).isEqualTo(KEYS);
            assertThat(texts(jedis.keys(new byte[]{'*'}))).hasSize(KEYS).isEqualTo(names);

            List<String> scanned = new ArrayList<>();
            ScanResult<byte[]> page = new ScanResult<>(ScanParams.SCAN_POINTER_START, List.of());
            do {
                page = jedis.scan(page.getCursorAsBytes(), new ScanParams().count(1000));
                page.getResult().forEach(name -> scanned.add(MixedKey.text(name)));
            } while (!page.isCompleteIteration());
            assertThat(new HashSet<>(scanned)).hasSize(scanned.size()).isEqualTo(names);
        }
    }

    private static Set<String> texts(Set<byte[]> names) {
        Set<String> texts = new HashSet<>();
        names.forEach(name -> texts.add(MixedKey.text(name)));
        return texts;
    }
}
