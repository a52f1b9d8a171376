package io.slotgate.proxy.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.pubsub.Census;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Hub;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.redirect.TopologyFeedback;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.session.SessionRoom;
import io.slotgate.proxy.upstream.Connector;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.SlotMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One worker with everything that runs on it, put together. Its methods may be called from any thread: they hand over to the
 * event loop.
 */
final class WorkerUnit {
    private static final long SWEEP_MILLIS = 250;

    private final EventLoop loop;
    private final Worker worker;
    private final Parking parking;
    private final Upstreams upstreams;
    private final SessionRoom sessions;
    private final Hub hub;
    private final boolean ownsHub;

    /** @param shared the hub of another worker; null: this one has it */
    WorkerUnit(EventLoop loop, ByteBufAllocator allocator, SlotgateConfig config, Connector connector,
            RouteTable routes,
            TopologyFeedback topology, @Nullable Hub shared, AllClients clients) {
        this.loop = loop;
        this.worker = new Worker(loop, allocator);
        this.parking = new Parking(worker, config.upstream().failoverPatience().toNanos());
        Redirects redirects = new Redirects(worker, parking, topology);
        this.upstreams = new Upstreams(worker, new PendingPool(), connector, redirects);
        redirects.serve(upstreams);
        parking.serve(upstreams);
        this.ownsHub = shared == null;
        this.hub = shared != null
                ? shared
                : new Hub(worker, upstreams, topology, new Census(), config.upstream().failoverPatience().toMillis());
        this.sessions = new SessionRoom(worker, upstreams, parking, redirects, routes, config.limits(),
                new Desk(worker, hub, config.limits().pubsub().subscriptionBytesPerWorker()), clients);
        loop.scheduleAtFixedRate(sessions::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    EventLoop loop() {
        return loop;
    }

    /** Where the connections of this worker read to. */
    RecvByteBufAllocator receiveBuffers() {
        return worker.receiveBuffers();
    }

    /** The one of all workers. */
    Hub hub() {
        return hub;
    }

    SessionRoom sessions() {
        return sessions;
    }

    /** Completes when the worker follows the map. */
    CompletableFuture<Void> follow(SlotMap map) {
        return CompletableFuture.runAsync(() -> {
            upstreams.follow(map);
            parking.retry();
            if (ownsHub) {
                hub.follow();
            }
        }, loop);
    }

    void routes(RouteTable routes) {
        loop.execute(() -> sessions.routes(routes));
    }

    /** @param gate gives the figures of the worker's gate; asked on the event loop */
    CompletableFuture<Map<Metric, Long>> counters(Supplier<GateCounters> gate) {
        return CompletableFuture.supplyAsync(() -> {
            gate.get().copyTo(worker.counters());
            return worker.counters().snapshot();
        }, loop);
    }

    /** Completes when a channel to every primary is ready. */
    CompletableFuture<Boolean> connected() {
        return CompletableFuture.supplyAsync(upstreams::connected, loop);
    }

    /** Closes sessions and channels and gives the buffers back. */
    CompletableFuture<Void> close() {
        return CompletableFuture.runAsync(() -> {
            sessions.close();
            if (ownsHub) {
                hub.close();
            }
            upstreams.close();
            parking.close();
            worker.close();
        }, loop);
    }
}
