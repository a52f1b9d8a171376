package io.slotgate.admin;

import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.List;

/** A proxy that says what a test wants it to say. */
final class FakeProxy implements ProxyView {
    static final Node PRIMARY = node("a1", 7000, Role.PRIMARY, Health.UP);
    static final Node REPLICA = node("a2", 7001, Role.REPLICA, Health.SUSPECTED);

    final List<FakeWorker> workers = List.of(new FakeWorker(), new FakeWorker());
    volatile boolean ready = true;
    volatile boolean defective;
    volatile boolean incomplete;
    volatile SlotMap slots = mapOf(SlotMap.SLOTS);

    /** One shard that owns the first slots. */
    static SlotMap mapOf(int covered) {
        return SlotMap.builder().version(7)
                .shard(new Shard("a", PRIMARY, List.of(REPLICA)), new SlotRange(0, covered - 1))
                .move(new SlotMove(5, "a1", "b1"))
                .build();
    }

    private static Node node(String id, int port, Role role, Health health) {
        return new Node(id, new HostPort("127.0.0.1", port), role, null, health);
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public SlotMap slots() {
        if (defective) {
            throw new IllegalStateException("a defect");
        }
        if (incomplete) {
            throw new NoClassDefFoundError("a class");
        }
        return slots;
    }

    @Override
    public List<MetricSource> workers() {
        return List.copyOf(workers);
    }

    @Override
    public int connections() {
        return 21;
    }

    @Override
    public long refusedConnections() {
        return 22;
    }

    @Override
    public long bufferBytes() {
        return 23;
    }
}
