package io.slotgate.admin.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.slotgate.admin.metrics.push.Histograms;
import io.slotgate.admin.metrics.push.Histograms.Buckets;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.observe.Traces;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one proxy. The number of series depends on the number of workers only, never on what clients do. One thread
 * at a time.
 */
final class ProxyMeters {
    private final ProxyView proxy;
    private final List<WorkerFigures> workers;
    private final CommandClassFigures classes;
    private final CommandMeters commands;

    ProxyMeters(ProxyView proxy) {
        this.proxy = proxy;
        this.workers = proxy.workers().stream().map(WorkerFigures::new).toList();
        this.classes = new CommandClassFigures(proxy);
        this.commands = new CommandMeters(classes);
    }

    /** To the one that is scraped; it keeps no hold on this, whoever called must. */
    void bindToScraped(PrometheusMeterRegistry registry) {
        bindAll(registry);
        commands.bindHistograms(registry.getPrometheusRegistry());
    }

    /** As above, to one that figures are sent to. */
    void bindTo(MeterRegistry registry) {
        bindAll(registry);
        commands.bindTimers(registry);
    }

    /** As {@link Histograms#of}. */
    @Nullable
    Buckets histogram(String name, Map<String, String> tags) {
        return commands.histogram(name, tags);
    }

    private void bindAll(MeterRegistry registry) {
        commands.bindCounters(registry);
        for (int i = 0; i < workers.size(); i++) {
            bind(workers.get(i), Tags.of("worker", String.valueOf(i)), registry);
        }
        gauge("slotgate.ready", "Whether every slot has an owner and listeners are open", p -> p.ready() ? 1 : 0,
                registry);
        gauge("slotgate.connections", "Client connections open, handshakes included", ProxyView::connections, registry);
        FunctionCounter.builder("slotgate.connections.refused", proxy, ProxyView::refusedConnections)
                .description("Client connections refused because limits.connections were open").register(registry);
        gauge("slotgate.buffers.bytes", "Memory outside the heap taken for buffers", ProxyView::bufferBytes, registry);
        FunctionCounter.builder("slotgate.traces.lost", proxy, ProxyMeters::lostTraces)
                .description("Commands chosen to be told to a collector of traces that it was too slow for")
                .register(registry);
        bindTopology(registry);
        FleetMeters.bind(proxy, registry);
    }

    private static double lostTraces(ProxyView proxy) {
        Traces traces = proxy.traces();
        return traces == null ? 0 : traces.lost();
    }

    private static void bind(WorkerFigures worker, Tags tags, MeterRegistry registry) {
        for (Metric metric : Metric.values()) {
            switch (metric.kind()) {
                case COUNTER -> FunctionCounter.builder(metric.id(), worker, w -> w.value(metric)).tags(tags)
                        .description(metric.help()).register(registry);
                case GAUGE -> Gauge.builder(metric.id(), worker, w -> w.value(metric)).tags(tags)
                        .description(metric.help()).register(registry);
            }
        }
        Gauge.builder("slotgate.worker.responsive", worker, w -> w.responsive() ? 1 : 0).tags(tags)
                .description(
                        "Whether the worker answered this scrape; if not, its figures are those of its last answer")
                .register(registry);
    }

    private void bindTopology(MeterRegistry registry) {
        gauge("slotgate.topology.version", "Version of the slot map, which grows with every change",
                p -> p.slots().version(), registry);
        gauge("slotgate.topology.slots.covered", "Slots that have an owner, of " + SlotMap.SLOTS,
                p -> p.slots().coveredSlots(), registry);
        gauge("slotgate.topology.slots.unwell", "Slots whose owner has failed, is suspected or still loads its data",
                p -> p.slots().unwellSlots(), registry);
        gauge("slotgate.topology.slots.moving", "Slots on their way from one primary to another",
                p -> p.slots().moves().size(), registry);
        gauge("slotgate.topology.shards", "Shards of the cluster", p -> p.slots().shards().size(), registry);
        gauge("slotgate.topology.age.seconds", "How long ago a node last told how the cluster looks", ProxyMeters::age,
                registry);
        for (Role role : Role.values()) {
            for (Health health : Health.values()) {
                Gauge.builder("slotgate.topology.nodes", proxy, p -> nodes(p, role, health))
                        .tags("role", lower(role), "health", lower(health))
                        .description("Nodes of the cluster").register(registry);
            }
        }
    }

    private void gauge(String name, String help, ToDoubleFunction<ProxyView> value, MeterRegistry registry) {
        Gauge.builder(name, proxy, value).description(help).register(registry);
    }

    /** Of what is known of the cluster; none before a node has told. */
    private static double age(ProxyView proxy) {
        return proxy.nodeHealth().values().stream().map(NodeHealth::lastAnswer).filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .map(latest -> Math.max(0, Duration.between(latest, Instant.now()).toMillis() / 1e3))
                .orElse(Double.NaN);
    }

    private static long nodes(ProxyView proxy, Role role, Health health) {
        return proxy.slots().nodes().stream().filter(node -> is(node, role, health)).count();
    }

    private static boolean is(Node node, Role role, Health health) {
        return node.role() == role && node.health() == health;
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** Asks all workers at once, and waits for those that answer in time. */
    void refresh(long patience, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(patience);
        workers.forEach(WorkerFigures::ask);
        classes.ask();
        for (WorkerFigures worker : workers) {
            worker.await(deadline);
        }
        classes.await(deadline);
    }
}
