package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.view.FakeProxy;
import io.slotgate.topology.history.TopologyEvent;
import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What those who listen to {@code /live} hear. */
@Timeout(60)
class LiveTest {
    private final FakeProxy proxy = new FakeProxy();

    @RegisterExtension
    final AdminFixture admin = AdminFixture.open().of(proxy);

    /** One who listens, in a thread of its own. */
    private static final class Listener implements AutoCloseable {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final InputStream stream;
        private final Thread thread;

        Listener(AdminServer server) throws IOException {
            stream = URI.create("http://127.0.0.1:" + server.port() + "/api/v1/live").toURL().openStream();
            thread = Thread.ofPlatform().start(this::listen);
        }

        private void listen() {
            StringBuilder line = new StringBuilder();
            try {
                for (int read = stream.read(); read >= 0; read = stream.read()) {
                    if (read == '\n') {
                        lines.add(line.toString());
                        line.setLength(0);
                    } else {
                        line.append((char) read);
                    }
                }
            } catch (IOException e) {
                // Closed by one side or the other.
            }
        }

        /** Names of events so far. */
        List<String> events() {
            return lines.stream().filter(line -> line.startsWith("event: ")).map(line -> line.substring(7)).toList();
        }

        List<String> bodies(String event) {
            return IntStream.range(0, lines.size() - 1)
                    .filter(i -> lines.get(i).equals("event: " + event)).mapToObj(i -> lines.get(i + 1)).toList();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    @Test
    void beginsWithWhatHoldsNow() throws IOException {
        proxy.history.record(new TopologyEvent.DrainEnded(0), Cause.operator("before"));
        try (Listener listener = new Listener(admin.server())) {
            await().until(() -> listener.events().size() >= 3);

            assertThat(listener.events()).startsWith("topology", "figures").doesNotContain("event", "settings");
        }
    }

    @Test
    void tellsAllTheSame() throws IOException {
        try (Listener first = new Listener(admin.server())) {
            await().until(() -> first.bodies("figures").size() >= 2);
            try (Listener second = new Listener(admin.server())) {
                await().until(() -> second.bodies("figures").size() >= 3);
                await().until(() -> first.bodies("figures").containsAll(second.bodies("figures")));
                proxy.slots = SlotMap.builder().version(8).build();
                proxy.history.record(new TopologyEvent.DrainBegan(9), Cause.operator("now"));

                for (Listener each : List.of(first, second)) {
                    await().until(() -> each.bodies("topology").size() == 2 && each.bodies("event").size() == 1);
                    assertThat(each.bodies("topology").getLast()).contains("\"version\":8,");
                    assertThat(each.bodies("event").getLast()).contains("draining 9 connections");
                }
            }
        }
    }

    @Test
    void asksTheWorkersOnceASecondHoweverManyListen() throws IOException {
        try (Listener one = new Listener(admin.server());
                Listener two = new Listener(admin.server());
                Listener three = new Listener(admin.server())) {
            List<Listener> all = List.of(one, two, three);
            await().until(() -> all.stream().allMatch(each -> each.bodies("figures").size() >= 4));

            // Who listens hears a little later what the workers were asked.
            await().untilAsserted(() -> {
                long told = all.stream().flatMap(each -> each.bodies("figures").stream()).distinct().count();
                assertThat((long) proxy.workers.getFirst().asked.get()).isBetween(told - 1, told + 2);
            });
        }
    }

    @Test
    void beginsAnewWhenSomebodyComesAfterAllHaveLeft() throws IOException {
        try (Listener first = new Listener(admin.server())) {
            await().until(() -> first.events().contains("figures"));
        }
        proxy.slots = SlotMap.builder().version(8).build();
        try (Listener second = new Listener(admin.server())) {
            await().until(() -> second.bodies("figures").size() >= 2);
            assertThat(second.bodies("topology").getLast()).contains("\"version\":8,");
        }
    }

    @Test
    void endsWithTheServer() throws IOException, InterruptedException {
        try (Listener listener = new Listener(admin.server())) {
            await().until(() -> listener.events().contains("figures"));

            admin.server().close();

            listener.thread.join();
            assertThat(listener.events()).contains("figures");
        }
    }
}
