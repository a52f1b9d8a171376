package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.FrameBuffer;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** From a command's bytes to what it is and where it belongs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CommandBenchmark {
    private final CommandTable table = CommandTable.builtIn();
    private final FrameBuffer buffer = new FrameBuffer();
    private final RequestFrame get = buffer.frame("GET", "key:000000001234");
    private final RequestFrame tagged = buffer.frame("get", "user:{00000001234}:name");
    private final RequestFrame clusterSlots = buffer.frame("cluster", "slots");
    private final RequestFrame unknown = buffer.frame("nosuchcommand", "key");

    @TearDown
    public void release() {
        buffer.release();
    }

    @Benchmark
    public @Nullable CommandSpec findGet() {
        return table.find(get);
    }

    @Benchmark
    public @Nullable CommandSpec findSubcommand() {
        return table.find(clusterSlots);
    }

    @Benchmark
    public @Nullable CommandSpec findUnknown() {
        return table.find(unknown);
    }

    @Benchmark
    public int slotOfKey() {
        return SlotHash.slot(buffer.bytes(), get.offset(1), get.length(1));
    }

    @Benchmark
    public int slotOfTag() {
        return SlotHash.slot(buffer.bytes(), tagged.offset(1), tagged.length(1));
    }
}
