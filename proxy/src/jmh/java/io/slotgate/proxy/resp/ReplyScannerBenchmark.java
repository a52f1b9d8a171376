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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One reply of a pipeline of 16 alike, scanned in the kind of buffer that the transport reads into. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReplyScannerBenchmark {
    private static final int PIPELINE = 16;

    /** What the replies are. */
    public enum Reply {
        OK("+OK\r\n"),
        INTEGER(":1234\r\n"),
        BULK_64("$64\r\n" + "v".repeat(64) + "\r\n"),
        NIL("$-1\r\n"),
        ARRAY_OF_10("*10\r\n" + "$8\r\nvalue123\r\n".repeat(10));

        private final String text;

        Reply(String text) {
            this.text = text;
        }
    }

    @Param
    public Reply reply;

    private final ReplyScanner scanner = new ReplyScanner();
    private final ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16 * 1024);
    private int at;

    @Setup
    public void fill() {
        for (int i = 0; i < PIPELINE; i++) {
            buffer.writeCharSequence(reply.text, StandardCharsets.US_ASCII);
        }
    }

    @TearDown
    public void release() {
        buffer.release();
    }

    @Benchmark
    public int scan() {
        if (at == buffer.writerIndex()) {
            at = 0;
        }
        at = scanner.scan(buffer, at, buffer.writerIndex());
        if (at < 0) {
            throw new AssertionError("malformed: " + reply);
        }
        return at;
    }
}
