package io.slotgate.proxy.facade;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestLimits;
import io.slotgate.proxy.resp.RequestScanner;
import io.slotgate.topology.model.SlotMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A plain listener on the loopback interface with nothing but a facade behind it, for clients that want a connection. */
final class FacadeServer implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicLong ids = new AtomicLong();
    private final Facade facade;
    private final int port;

    FacadeServer() {
        Channel listener = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Session(channel));
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly().channel();
        port = ((InetSocketAddress) listener.localAddress()).getPort();
        facade = new Facade(new FacadeSettings("fleet", null, 0, 0, port, List.of(), "valkey", "8.0.1"),
                SlotMap::empty);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Session extends ByteToMessageDecoder {
        private final RequestScanner scanner = new RequestScanner(new RequestLimits(1 << 20, 1000, 65536, true));
        private final ClientState state;

        Session(SocketChannel channel) {
            state = new ClientState(ids.incrementAndGet(), Listener.PLAIN, channel.remoteAddress(),
                    channel.localAddress(),
                    System.currentTimeMillis(), true);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> none) {
            RequestFrame frame = new RequestFrame();
            if (scanner.scan(in, in.readerIndex(), in.writerIndex(), frame) != RequestScanner.Status.COMPLETE) {
                return;
            }
            ByteBuf reply = context.alloc().buffer();
            FacadeClient.answer(facade, state, frame, reply);
            in.readerIndex(scanner.position());
            context.writeAndFlush(reply);
            if (state.closeAfterReply()) {
                context.writeAndFlush(context.alloc().buffer()).addListener(ChannelFutureListener.CLOSE);
            }
        }

        /** Clients may end a connection as rudely as they like. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
