package io.slotgate.admin.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.metrics.FleetFigures;
import java.util.function.ToDoubleFunction;

/** The figures of a proxy's fleet and of the names it publishes. */
final class FleetMeters {
    private final ProxyView proxy;
    private final MeterRegistry registry;

    private FleetMeters(ProxyView proxy, MeterRegistry registry) {
        this.proxy = proxy;
        this.registry = registry;
    }

    static void bind(ProxyView proxy, MeterRegistry registry) {
        FleetMeters meters = new FleetMeters(proxy, registry);
        meters.gauge("slotgate.fleet.members",
                "Proxies of the fleet that are there, this one included", f -> f.members());
        meters.gauge("slotgate.fleet.cut.off",
                "1 while no majority of the fleet's voters can be reached, so that settings can't be changed",
                f -> f.cutOff() ? 1 : 0);
        meters.counter("slotgate.fleet.received",
                "Messages of other proxies of the fleet", f -> f.received());
        meters.counter("slotgate.fleet.sent",
                "Messages to other proxies of the fleet, one to all counted once", f -> f.sent());
        meters.counter("slotgate.fleet.received.bytes",
                "Bytes of messages of other proxies", f -> f.receivedBytes());
        meters.counter("slotgate.fleet.sent.bytes",
                "Bytes of messages to other proxies, one to all counted once", f -> f.sentBytes());
        meters.counter("slotgate.fleet.malformed",
                "Messages of the fleet dropped because they could not be read", f -> f.malformed());
        meters.counter("slotgate.fleet.overflowed",
                "Messages and finds dropped because the fleet's inbox was full", f -> f.overflowed());
        meters.counter("slotgate.fleet.unsent",
                "Messages to other proxies that could not be sent", f -> f.unsent());
        meters.counter("slotgate.fleet.changes",
                "Changes of the cluster that other proxies told at once", f -> f.changes());
        meters.counter("slotgate.fleet.healed",
                "Times a comparison with another proxy showed that this one was behind", f -> f.healed());
        meters.gauge("slotgate.fleet.delay.seconds",
                "How long the latest change took from the proxy that met it to this one, by both clocks",
                f -> f.delayMillis() / 1000.0);
        meters.counter("slotgate.fleet.failed.lookups",
                "Times the name of the fleet's members gave no address", f -> f.failedLookups());
        meters.counter("slotgate.fleet.questions",
                "Questions to the other proxies of the fleet, one to all counted once", f -> f.questions());
        meters.counter("slotgate.fleet.unanswered",
                "Answers of other proxies that were waited for in vain", f -> f.unanswered());
        meters.counter("slotgate.fleet.refused",
                "Questions of other proxies that could not be answered", f -> f.refused());
        meters.counter("slotgate.dns.changes",
                "DNS records put and removed, or that would have been in a dry run", f -> f.dnsChanges());
        meters.counter("slotgate.dns.failures",
                "Requests to the DNS service that failed", f -> f.dnsFailures());
        meters.gauge("slotgate.dns.left.out",
                "Members without DNS records because they are known by a host name, at the proxy that writes them",
                f -> f.dnsLeftOut());
    }

    private void gauge(String name, String help, ToDoubleFunction<FleetFigures> value) {
        Gauge.builder(name, proxy, p -> value.applyAsDouble(p.fleet())).description(help).register(registry);
    }

    private void counter(String name, String help, ToDoubleFunction<FleetFigures> value) {
        FunctionCounter.builder(name, proxy, p -> value.applyAsDouble(p.fleet())).description(help).register(registry);
    }
}
