package io.slotgate.admin.traces;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.slotgate.proxy.observe.CommandTrace;
import io.slotgate.proxy.observe.Traces;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Sends spans to a collector, on threads of its own: for each command one for its time here, and below it one for the time at the node.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/database/redis/">Semantic conventions for Redis</a>
 */
public final class SpanExport implements AutoCloseable {
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<String> NODE = AttributeKey.stringKey("network.peer.address");
    private static final AttributeKey<Long> SLOT = AttributeKey.longKey("slotgate.slot");
    private static final long LOOK_MILLIS = 500;
    private static final long CLOSE_SECONDS = 5;
    private static final long FLUSH_SECONDS = 5;
    /** Each is two spans at most, of which the processor keeps 2048. */
    private static final int AT_ONCE = 1024;

    private final Traces traces;
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final Thread thread;

    private SpanExport(Traces traces, URI endpoint, String service) {
        this.traces = traces;
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)))
                .addSpanProcessor(BatchSpanProcessor
                        .builder(OtlpHttpSpanExporter.builder().setEndpoint(endpoint.toString()).build()).build())
                .build();
        this.tracer = provider.get("io.slotgate");
        this.thread = Thread.ofVirtual().name("slotgate-admin-traces").unstarted(this::run);
    }

    /** Starts to send what is chosen. */
    public static SpanExport start(Traces traces, URI endpoint, String service) {
        SpanExport export = new SpanExport(traces, endpoint, service);
        export.thread.start();
        return export;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (sendSome() < AT_ONCE) {
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until the collector has them, or seems not to want them: what it is too slow for is to be lost where that is counted.
     *
     * @return how many there were
     */
    private int sendSome() {
        List<CommandTrace> taken = traces.take(AT_ONCE);
        if (!taken.isEmpty()) {
            taken.forEach(this::send);
            provider.forceFlush().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        }
        return taken.size();
    }

    private void send(CommandTrace trace) {
        long end = TimeUnit.MILLISECONDS.toNanos(trace.endMillis());
        AttributesBuilder of = Attributes.builder().put(SYSTEM, "valkey")
                .put(OPERATION, trace.name().toUpperCase(Locale.ROOT)).put(SLOT, (long) trace.slot());
        if (trace.node() != null) {
            of.put(NODE, trace.node());
        }
        Attributes attributes = of.build();
        Span whole = tracer.spanBuilder(trace.name().toUpperCase(Locale.ROOT)).setSpanKind(SpanKind.SERVER)
                .setNoParent()
                .setStartTimestamp(end - trace.totalNanos(), TimeUnit.NANOSECONDS).setAllAttributes(attributes)
                .startSpan();
        if (trace.error()) {
            whole.setStatus(StatusCode.ERROR);
        }
        if (trace.upstreamNanos() > 0) {
            tracer.spanBuilder("node").setSpanKind(SpanKind.CLIENT).setParent(Context.root().with(whole))
                    .setStartTimestamp(end - trace.upstreamNanos(), TimeUnit.NANOSECONDS).setAllAttributes(attributes)
                    .startSpan().end(end, TimeUnit.NANOSECONDS);
        }
        whole.end(end, TimeUnit.NANOSECONDS);
    }

    /** Sends what was chosen until now, for some seconds at most, and ends. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        thread.interrupt();
        try {
            thread.join();
            // One takes at a time.
            for (int taken = AT_ONCE; taken == AT_ONCE && System.nanoTime() < deadline;) {
                taken = sendSome();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
