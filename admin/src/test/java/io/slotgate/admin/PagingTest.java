package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.Contract.Answer;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.proxy.observe.SlowCommand;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.topology.history.TopologyEvent.Noted;
import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lists that come in parts: put together by {@code next}, they are whole, in order, and have nothing twice. */
@Timeout(60)
class PagingTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final FakeProxy proxy = new FakeProxy() {
        @Override
        public List<CompletableFuture<List<ChannelReport>>> channels() {
            return IntStream.range(0, 2).mapToObj(worker -> CompletableFuture.completedFuture(IntStream.range(0, 5)
                    .mapToObj(node -> new ChannelReport(new HostPort("10.0.0." + node, 7000), "SHARED", 2, "Ready",
                            worker))
                    .toList())).toList();
        }
    };

    @RegisterExtension
    final AdminFixture admin = AdminFixture.withTokens().of(proxy);

    private JsonNode get(String path) throws IOException, InterruptedException {
        Answer answer = admin.contract().call("GET", "/api/v1" + path, null, Tokens.of("viewer"));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /** Follows {@code next} to the end; each part but the last has {@code limit} items. */
    private List<JsonNode> all(String path, int limit) throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        String query = path + (path.contains("?") ? "&" : "?") + "limit=" + limit;
        JsonNode part = get(query);
        while (part.hasNonNull("next")) {
            assertThat(part.path("items").size()).isEqualTo(limit);
            part.path("items").forEach(items::add);
            part = get(query + "&after=" + part.path("next").asLong());
        }
        assertThat(part.path("items").size()).isBetween(1, limit);
        part.path("items").forEach(items::add);
        return items;
    }

    private static List<Long> ids(List<JsonNode> items) {
        return items.stream().map(item -> item.path("id").asLong()).toList();
    }

    @Test
    void clientsAreInTheOrderOfTheirIds() throws IOException, InterruptedException {
        for (int limit = 1; limit <= 4; limit++) {
            assertThat(ids(all("/clients", limit))).containsExactly(3L, 5L, 8L);
        }
        assertThat(ids(all("/clients?user=app", 1))).containsExactly(3L, 5L);
        assertThat(get("/clients?after=8").path("items").size()).isZero();
        assertThat(get("/clients?limit=3").hasNonNull("next")).as("a part that ends the list").isFalse();
    }

    @Test
    void clientsThatComeOrGoInBetweenDisturbNobody() throws IOException, InterruptedException {
        JsonNode first = get("/clients?limit=2");
        assertThat(first.path("next").asLong()).isEqualTo(5);
        // The one that the next part begins behind is gone.
        proxy.kill(5).join();

        assertThat(ids(List.of(get("/clients?limit=2&after=5").path("items").get(0)))).containsExactly(8L);
    }

    @Test
    void eventsGoOnWithNewerOnes() throws IOException, InterruptedException {
        for (int i = 0; i < 7; i++) {
            proxy.history.record(new Noted("n" + i, "text " + i), Cause.operator(""));
        }

        assertThat(ids(all("/events", 3))).containsExactlyElementsOf(
                LongStream.rangeClosed(1, 7).boxed().toList());
    }

    @Test
    void slowCommandsGoOnWithOlderOnes() throws IOException, InterruptedException {
        proxy.slow = LongStream.iterate(9, id -> id >= 3, id -> id - 1)
                .mapToObj(id -> new SlowCommand(id, 1_700_000_000, 12_345, List.of("GET", "k"), "10.0.0.1:5001", "n"))
                .toList();

        for (int limit = 1; limit <= 8; limit++) {
            assertThat(ids(all("/slowlog", limit))).containsExactly(9L, 8L, 7L, 6L, 5L, 4L, 3L);
        }
        assertThat(ids(List.of(get("/slowlog?after=4").path("items").get(0)))).containsExactly(3L);
        assertThat(get("/slowlog?after=3").path("items").size()).isZero();
    }

    @Test
    void channelsAreInTheOrderOfNodes() throws IOException, InterruptedException {
        for (int limit : new int[]{1, 3, 10, 1000}) {
            assertThat(all("/channels", limit))
                    .extracting(item -> item.path("node").asString() + " " + item.path("worker").asInt())
                    .containsExactlyElementsOf(IntStream.range(0, 10)
                            .mapToObj(i -> "10.0.0." + i / 2 + ":7000 " + i % 2).toList());
        }
        assertThat(get("/channels?after=10").path("items").size()).isZero();
        assertThat(get("/channels?after=2147483647").path("items").size()).isZero();
    }
}
