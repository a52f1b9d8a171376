package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.slotgate.proxy.config.Transport;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that sends nothing more still gets everything that it asked for. */
class HalfClosedTest {
    private static final int PART = 8 << 20;

    @Test
    @Timeout(120)
    void aClientThatSendsNothingMoreGetsRepliesThatItsSocketDoesNotTakeAtOnce() throws Exception {
        NetworkStack stack = NetworkStack.of(Transport.AUTO);
        EventLoopGroup group = stack.newGroup("test", 1);
        Channel server = new ServerBootstrap().group(group).channelFactory(stack.serverChannels())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true).childHandler(new Late())
                .bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        try (Socket client = new Socket()) {
            client.connect(server.localAddress());
            client.shutdownOutput();
            InputStream in = client.getInputStream();
            for (int part = 0; part < Late.PARTS; part++) {
                assertThat(in.readNBytes(PART)).hasSize(PART);
            }
            assertThat(in.read()).isEqualTo(-1);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** Answers when epoll has nothing left to wait for, each part when the one before has gone. */
    private static final class Late extends ChannelInboundHandlerAdapter {
        static final int PARTS = 3;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownReadComplete.INSTANCE) {
                answer(ctx, PARTS);
            }
        }

        private static void answer(ChannelHandlerContext ctx, int parts) {
            ctx.executor().schedule(() -> ctx.writeAndFlush(ctx.alloc().buffer(PART).writeZero(PART))
                    .addListener(written -> {
                        if (!written.isSuccess() || parts == 1) {
                            ctx.close();
                        } else {
                            answer(ctx, parts - 1);
                        }
                    }), 20, TimeUnit.MILLISECONDS);
        }
    }
}
