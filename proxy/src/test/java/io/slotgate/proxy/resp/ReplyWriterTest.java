package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyWriterTest {
    @Test
    void writesLines() {
        assertThat(written(out -> ReplyWriter.simple(out, "OK"))).isEqualTo("+OK\r\n");
        assertThat(written(out -> ReplyWriter.integer(out, -12))).isEqualTo(":-12\r\n");
        assertThat(written(out -> ReplyWriter.error(out, "ERR no"))).isEqualTo("-ERR no\r\n");
    }

    @Test
    void anErrorStaysOneLine() {
        assertThat(written(out -> ReplyWriter.error(out, "ERR unknown command 'a\r\n+OK\r\n'")))
                .isEqualTo("-ERR unknown command 'a  +OK  '\r\n");
    }

    @Test
    void anErrorQuotesTheBytesThatTheClientSent() {
        ByteBuf command = Unpooled.copiedBuffer("ключ", StandardCharsets.UTF_8);
        RequestFrame frame = new RequestFrame().reset(command, 0, command.writerIndex());
        frame.addArgument(0, command.writerIndex());
        ByteBuf out = Unpooled.buffer();

        ReplyWriter.error(out, "ERR unknown command '" + frame.text(0) + "'");

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("-ERR unknown command 'ключ'\r\n");
    }

    @Test
    void writesStrings() {
        ByteBuf source = Unpooled.wrappedBuffer(TestBytes.bytes("..\r\n\u00ff.."));

        assertThat(written(out -> ReplyWriter.bulk(out, "abc"))).isEqualTo("$3\r\nabc\r\n");
        assertThat(written(out -> ReplyWriter.bulk(out, ""))).isEqualTo("$0\r\n\r\n");
        assertThat(written(out -> ReplyWriter.bulk(out, "\u00e9"))).as("bytes of UTF-8").isEqualTo(
                "$2\r\n\u00c3\u00a9\r\n");
        assertThat(written(out -> ReplyWriter.bulk(out, source, 2, 3))).isEqualTo("$3\r\n\r\n\u00ff\r\n");
        assertThat(source.readerIndex()).isZero();
        assertThat(written(out -> ReplyWriter.text(out, "abc", 2))).isEqualTo("$3\r\nabc\r\n");
        assertThat(written(out -> ReplyWriter.text(out, "abc", 3))).isEqualTo("=7\r\ntxt:abc\r\n");
    }

    @Test
    void writesAggregatesAsTheProtocolHasThem() {
        assertThat(written(out -> ReplyWriter.array(out, 3))).isEqualTo("*3\r\n");
        assertThat(written(out -> ReplyWriter.map(out, 3, 2))).isEqualTo("*6\r\n");
        assertThat(written(out -> ReplyWriter.map(out, 3, 3))).isEqualTo("%3\r\n");
        assertThat(written(out -> ReplyWriter.set(out, 3, 2))).isEqualTo("*3\r\n");
        assertThat(written(out -> ReplyWriter.set(out, 3, 3))).isEqualTo("~3\r\n");
        assertThat(written(out -> ReplyWriter.nil(out, 2))).isEqualTo("$-1\r\n");
        assertThat(written(out -> ReplyWriter.nil(out, 3))).isEqualTo("_\r\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, -1, -9, -10, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1})
    void writesNumbersInDecimal(long value) {
        assertThat(written(out -> ReplyWriter.decimal(out, value))).isEqualTo(Long.toString(value));
    }

    @Test
    void writesAnyNumberInDecimal() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            assertThat(written(out -> ReplyWriter.decimal(out, value))).isEqualTo(Long.toString(value));
        }
    }

    private static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = UnpooledByteBufAllocator.DEFAULT.heapBuffer(1);
        writer.accept(out);
        String text = out.toString(StandardCharsets.ISO_8859_1);
        out.release();
        return text;
    }
}
