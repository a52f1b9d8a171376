package io.slotgate.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.proxy.observe.CommandClass;
import io.slotgate.proxy.observe.CommandFigures;
import io.slotgate.proxy.observe.LatencyFigures;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandMetersTest {
    private final FakeProxy proxy = new FakeProxy();
    private final MetricsResource metrics = new MetricsResource(200);

    @AfterEach
    void close() {
        metrics.close();
    }

    private static CommandFigures figures(String name, CommandClass commands, long calls, long... micros) {
        return new CommandFigures(name, commands, calls, 6, 2, 1, LatencyFigures.ofMicros(micros), LatencyFigures.NONE);
    }

    private Exposition scrape() throws InterruptedException {
        metrics.attach(proxy);
        return Exposition.parse(metrics.text());
    }

    @Test
    void tellsByClassWhatCameOfCommands() throws InterruptedException {
        proxy.commands = List.of(figures("set", CommandClass.WRITE, 10), figures("del", CommandClass.WRITE, 20),
                figures("get", CommandClass.READ, 7));

        Exposition scrape = scrape();

        assertThat(scrape.samples()).containsEntry("slotgate_commands_total{class=\"write\",outcome=\"ok\"}", 18.0)
                .containsEntry("slotgate_commands_total{class=\"write\",outcome=\"error\"}", 6.0)
                .containsEntry("slotgate_commands_total{class=\"write\",outcome=\"refused\"}", 4.0)
                .containsEntry("slotgate_commands_total{class=\"write\",outcome=\"uncertain\"}", 2.0)
                .containsEntry("slotgate_commands_total{class=\"read\",outcome=\"ok\"}", 1.0)
                .containsEntry("slotgate_commands_total{class=\"script\",outcome=\"ok\"}", 0.0);
    }

    @Test
    void tellsHowLongTheyTookAsAHistogram() throws InterruptedException {
        proxy.commands = List.of(figures("get", CommandClass.READ, 6, 10, 31, 32, 1_000, 60_000_000));

        Exposition scrape = scrape();

        String bucket = "slotgate_command_duration_seconds_bucket{class=\"read\",side=\"proxy\",le=\"%s\"}";
        assertThat(Objects.requireNonNull(scrape.families().get("slotgate_command_duration_seconds")).type())
                .isEqualTo("histogram");
        assertThat(scrape.samples()).containsEntry(bucket.formatted("3.2E-5"), 2.0)
                .containsEntry(bucket.formatted("6.4E-5"), 3.0)
                .containsEntry(bucket.formatted("5.12E-4"), 3.0)
                .containsEntry(bucket.formatted("0.001024"), 4.0)
                .containsEntry(bucket.formatted("8.388608"), 4.0)
                .containsEntry(bucket.formatted("+Inf"), 5.0)
                .containsEntry("slotgate_command_duration_seconds_count{class=\"read\",side=\"upstream\"}", 0.0);
        assertThat(scrape.sample("slotgate_command_duration_seconds_sum{class=\"read\",side=\"proxy\"}"))
                .isEqualTo(60.001073);
    }

    /** Of what clients do, nothing makes it more. */
    @Test
    void theNumberOfSeriesIsBounded() throws InterruptedException {
        long before = series(scrape());
        List<CommandClass> classes = List.of(CommandClass.values());
        proxy.commands = IntStream.range(0, 1000)
                .mapToObj(i -> figures("command" + i, classes.get(i % classes.size()), 6, i)).toList();

        long after = series(scrape());

        assertThat(after).isEqualTo(before).isLessThan(450);
    }

    private static long series(Exposition scrape) {
        return scrape.samples().keySet().stream().filter(name -> name.startsWith("slotgate_command")).count();
    }

    @Test
    void showsTheLastFiguresOfWorkersThatDoNotAnswer() throws InterruptedException {
        proxy.commands = List.of(figures("get", CommandClass.READ, 10));
        scrape();
        proxy.unanswered = new CompletableFuture<>();

        Exposition scrape = scrape();

        assertThat(scrape.sample("slotgate_commands_total{class=\"read\",outcome=\"ok\"}")).isEqualTo(4);
    }

    @Test
    void registriesThatFiguresAreSentToGetNumberAndSum() throws InterruptedException {
        proxy.commands = List.of(figures("get", CommandClass.READ, 6, 1_000, 3_000));
        ProxyMeters meters = new ProxyMeters(proxy);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        meters.bindTo(registry);

        meters.refresh(10, TimeUnit.SECONDS);

        var timer = registry.get("slotgate.command.duration").tags("class", "read", "side", "proxy").functionTimer();
        assertThat(timer.count()).isEqualTo(2);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(4);
    }
}
