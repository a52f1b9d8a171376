package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class RequestFrameTest {
    private final RequestFrame frame = new RequestFrame();

    @Test
    void movesWithItsBytes() {
        ByteBuf here = Unpooled.wrappedBuffer(TestBytes.bytes("..GET key"));
        ByteBuf there = Unpooled.wrappedBuffer(TestBytes.bytes("....GET key"));
        frame.reset(here, 2, 9).addArgument(2, 3);
        frame.addArgument(6, 3);

        frame.moveTo(there, 4);

        assertThat(frame.buffer()).isSameAs(there);
        assertThat(frame.start()).isEqualTo(4);
        assertThat(frame.end()).isEqualTo(11);
        assertThat(frame.size()).isEqualTo(7);
        assertThat(frame.offset(1)).isEqualTo(8);
        assertThat(TestBytes.arguments(frame)).containsExactly("GET", "key");
    }

    @Test
    void comparesAWordInAnyCase() {
        frame.reset(Unpooled.wrappedBuffer(TestBytes.bytes("sEt@[`{\u00c7")), 0, 8).addArgument(0, 3);
        frame.addArgument(3, 1);
        frame.addArgument(4, 1);
        frame.addArgument(7, 1);

        assertThat(frame.is(0, "set")).isTrue();
        assertThat(frame.is(0, "sets")).isFalse();
        assertThat(frame.is(0, "get")).isFalse();
        assertThat(frame.is(1, "`")).as("'@' is no letter").isFalse();
        assertThat(frame.is(2, "{")).as("'[' is no letter").isFalse();
        assertThat(frame.is(3, "\u00e7")).as("not ASCII").isFalse();
    }

    @Test
    void holdsAnyNumberOfArguments() {
        ByteBuf buffer = Unpooled.wrappedBuffer(new byte[5000]);
        frame.reset(buffer, 0, 5000);
        for (int i = 0; i < 5000; i++) {
            frame.addArgument(i, 1);
        }
        assertThat(frame.argc()).isEqualTo(5000);
        assertThat(frame.offset(4999)).isEqualTo(4999);

        frame.reset(buffer, 0, 0).trim();
        frame.addArgument(7, 1);

        assertThat(frame.argc()).isEqualTo(1);
        assertThat(frame.offset(0)).isEqualTo(7);
    }
}
