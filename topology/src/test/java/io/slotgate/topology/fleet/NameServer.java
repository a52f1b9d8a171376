package io.slotgate.topology.fleet;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.slotgate.topology.model.HostPort;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A DNS server on loopback, over UDP, which says what it is told to say: IPv4 addresses and services. */
final class NameServer implements AutoCloseable {
    private static final int TTL_SECONDS = 1;

    private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();
    private final Map<String, List<HostPort>> services = new ConcurrentHashMap<>();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;
    private final HostPort address;
    final AtomicInteger questions = new AtomicInteger();
    /** Whether it takes questions and answers none. */
    volatile boolean silent;

    NameServer() {
        channel = new Bootstrap().group(loop).channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline().addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(),
                                new Answering());
                    }
                }).bind("127.0.0.1", 0).syncUninterruptibly().channel();
        address = new HostPort("127.0.0.1", ((InetSocketAddress) channel.localAddress()).getPort());
    }

    /** Also after its end. */
    HostPort address() {
        return address;
    }

    /** A name with no addresses is there; one that was never told is not. */
    void tell(String name, List<String> of) {
        addresses.put(name + ".", List.copyOf(of));
    }

    void tellServices(String name, List<HostPort> of) {
        services.put(name + ".", List.copyOf(of));
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loop.shutdownGracefully();
    }

    private final class Answering extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            questions.incrementAndGet();
            if (silent) {
                return;
            }
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            DatagramDnsResponse response = new DatagramDnsResponse(/* sender= */ query.recipient(),
                    /* recipient= */ query.sender(), query.id());
            response.setRecursionDesired(query.isRecursionDesired()).setRecursionAvailable(true);
            response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
            List<String> ips = addresses.get(question.name());
            List<HostPort> targets = services.get(question.name());
            if (ips == null && targets == null) {
                response.setCode(DnsResponseCode.NXDOMAIN);
            }
            if (ips != null && question.type().equals(DnsRecordType.A)) {
                ips.forEach(ip -> response.addRecord(DnsSection.ANSWER, record(question, address(ip))));
            }
            if (targets != null && question.type().equals(DnsRecordType.SRV)) {
                targets.forEach(to -> response.addRecord(DnsSection.ANSWER, record(question, service(to))));
            }
            context.writeAndFlush(response);
        }

        private static DnsRecord record(DnsQuestion question, ByteBuf content) {
            return new DefaultDnsRawRecord(question.name(), question.type(), TTL_SECONDS, content);
        }

        private static ByteBuf address(String ip) {
            ByteBuf content = Unpooled.buffer(4);
            for (String octet : ip.split("\\.", -1)) {
                content.writeByte(Integer.parseInt(octet));
            }
            return content;
        }

        private static ByteBuf service(HostPort to) {
            ByteBuf content = Unpooled.buffer().writeShort(10).writeShort(100).writeShort(to.port());
            for (String label : to.host().split("\\.", -1)) {
                content.writeByte(label.length()).writeBytes(label.getBytes(StandardCharsets.US_ASCII));
            }
            return content.writeByte(0);
        }
    }
}
