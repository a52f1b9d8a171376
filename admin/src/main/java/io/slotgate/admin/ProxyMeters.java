package io.slotgate.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one proxy. The number of series depends on the number of workers only, never on what clients do. One thread
 * at a time.
 */
final class ProxyMeters {
    private final ProxyView proxy;
    private final List<WorkerFigures> workers;

    ProxyMeters(ProxyView proxy) {
        this.proxy = proxy;
        this.workers = proxy.workers().stream().map(WorkerFigures::new).toList();
    }

    /** The registry keeps no hold on this; whoever called must. */
    void bindTo(MeterRegistry registry) {
        for (int i = 0; i < workers.size(); i++) {
            bind(workers.get(i), Tags.of("worker", String.valueOf(i)), registry);
        }
        gauge("slotgate.ready", "Whether every slot has an owner and listeners are open", p -> p.ready() ? 1 : 0,
                registry);
        gauge("slotgate.connections", "Client connections open, handshakes included", ProxyView::connections, registry);
        FunctionCounter.builder("slotgate.connections.refused", proxy, ProxyView::refusedConnections)
                .description("Client connections refused because limits.connections were open").register(registry);
        gauge("slotgate.buffers.bytes", "Memory outside the heap taken for buffers", ProxyView::bufferBytes, registry);
        bindTopology(registry);
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
        gauge("slotgate.topology.slots.moving", "Slots on their way from one primary to another",
                p -> p.slots().moves().size(), registry);
        gauge("slotgate.topology.shards", "Shards of the cluster", p -> p.slots().shards().size(), registry);
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
        for (WorkerFigures worker : workers) {
            worker.await(deadline);
        }
    }
}
