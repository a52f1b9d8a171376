package io.slotgate.proxy.route;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.FacadeSettings;
import io.slotgate.proxy.resp.FrameBuffer;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.topology.model.SlotMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** From a frame to how its command is answered, and by whose slot. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteBenchmark {
    private final RouteTable routes = new RouteTable(CommandTable.builtIn(),
            new Facade(new FacadeSettings("bench", null, 0, 0, 0, List.of(), "valkey", "8.0.1"), SlotMap::empty));
    private final KeySlots keySlots = new KeySlots();
    private final FrameBuffer buffer = new FrameBuffer();
    private final RequestFrame get = buffer.frame("GET", "key:000000001234");
    private final RequestFrame eval = buffer.frame("EVAL", "return redis.call('get', KEYS[1])", "2", "{k}1", "{k}2", "x");
    private final RequestFrame streams = buffer.frame("XREAD", "COUNT", "10", "STREAMS", "{k}1", "{k}2", "0", "0");

    @TearDown
    public void release() {
        buffer.release();
    }

    @Benchmark
    public int get(Blackhole blackhole) {
        return slot(get, blackhole);
    }

    @Benchmark
    public int eval(Blackhole blackhole) {
        return slot(eval, blackhole);
    }

    @Benchmark
    public int xread(Blackhole blackhole) {
        return slot(streams, blackhole);
    }

    /** What a worker asks about each command before it sends it. */
    private int slot(RequestFrame frame, Blackhole blackhole) {
        CommandSpec spec = Objects.requireNonNull(routes.find(frame));
        blackhole.consume(routes.of(spec));
        return keySlots.slot(spec, frame);
    }
}
