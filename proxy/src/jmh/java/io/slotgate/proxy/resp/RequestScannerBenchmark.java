package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One whole command, scanned in the kind of buffer that the transport reads into. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestScannerBenchmark {
    private static final int PIPELINE = 16;

    private final RequestScanner scanner =
            new RequestScanner(new RequestLimits(512L << 20, 1 << 20, 64 << 10, true));
    private final RequestFrame frame = new RequestFrame();
    private final ByteBuf get = buffer("*2\r\n$3\r\nGET\r\n$16\r\nkey:000000001234\r\n");
    private final ByteBuf set = buffer(set());
    private final ByteBuf pipeline = buffer(set().repeat(PIPELINE));

    @TearDown
    public void release() {
        get.release();
        set.release();
        pipeline.release();
    }

    @Benchmark
    public int get() {
        return scan(get, 0);
    }

    @Benchmark
    public int set64() {
        return scan(set, 0);
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public int set64Pipelined() {
        int at = 0;
        for (int i = 0; i < PIPELINE; i++) {
            at = scan(pipeline, at);
        }
        return at;
    }

    private int scan(ByteBuf buffer, int from) {
        frame.reset(buffer, from, from);
        if (scanner.scan(buffer, from, buffer.writerIndex(), frame) != RequestScanner.Status.COMPLETE) {
            throw new AssertionError("not complete: " + buffer.toString(StandardCharsets.US_ASCII));
        }
        return scanner.position();
    }

    private static String set() {
        return "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000001234\r\n$64\r\n" + "v".repeat(64) + "\r\n";
    }

    private static ByteBuf buffer(String bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(16 * 1024)
                .writeBytes(bytes.getBytes(StandardCharsets.US_ASCII));
    }
}
