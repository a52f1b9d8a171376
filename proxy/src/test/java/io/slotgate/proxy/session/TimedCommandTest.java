package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.BlockTimeout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimedCommandTest {
    private static final String SHORT = "*3\r\n$5\r\nBLPOP\r\n$1\r\nq\r\n$6\r\n0.0005\r\n";

    @Test
    void oneThatNoNodeWasAskedYetIsNotOver() {
        TimedCommand command = command(SHORT);
        try {
            await().until(() -> sent(command).equals("*3\r\n$5\r\nBLPOP\r\n$1\r\nq\r\n$5\r\n0.001\r\n"));

            assertThat(command.forEver()).isFalse();
            command.sent();
            assertThat(command.timeIsOver()).isTrue();
        } finally {
            command.release();
        }
    }

    @Test
    void oneThatNoNodeCouldBeAskedIsOverInTheEnd() {
        TimedCommand command = command(SHORT);
        try {
            assertThat(command.left()).isPositive();
            await().until(command::timeIsOver);
        } finally {
            command.release();
        }
    }

    /** However long it took to find a connection to the node: what is there is given. */
    @Test
    void aTimeShorterThanTheWayToTheNodeStillFindsWhatIsThere() {
        try (FakeCluster cluster = new FakeCluster(1); Plane plane = Plane.over(cluster)) {
            cluster.node(0).rule(command -> command.name().startsWith("b")
                    ? Answer.array(List.of("q", "e"))
                    : cluster.answer(0, command));

            assertThat(plane.client().call("BLPOP", "q", "0.000001")).isEqualTo("[q, e]");
        }
    }

    private static String sent(TimedCommand command) {
        ByteBuf sent = command.toSend(UnpooledByteBufAllocator.DEFAULT);
        try {
            return sent.toString(StandardCharsets.US_ASCII);
        } finally {
            sent.release();
        }
    }

    private static TimedCommand command(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        try {
            RequestFrame frame = new RequestFrame().reset(bytes, 0, bytes.writerIndex());
            int at = text.indexOf('$');
            while (at >= 0) {
                int argument = text.indexOf('\n', at) + 1;
                frame.addArgument(argument, text.indexOf('\r', argument) - argument);
                at = text.indexOf('$', argument);
            }
            return new TimedCommand(UnpooledByteBufAllocator.DEFAULT, frame, BlockTimeout.LAST_SECONDS);
        } finally {
            bytes.release();
        }
    }
}
