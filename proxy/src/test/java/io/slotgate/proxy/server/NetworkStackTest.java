package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.uring.IoUring;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.Transport;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkStackTest {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTransportThatWorksHereIsUsableAndOneThatDoesNotIsNamed(Transport transport) {
        boolean works = switch (transport) {
            case AUTO, NIO -> true;
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
        };
        if (!works) {
            assertThatThrownBy(() -> NetworkStack.of(transport)).isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("transport: " + transport.name().toLowerCase(java.util.Locale.ROOT))
                    .hasMessageContaining("because of");
            return;
        }
        NetworkStack stack = NetworkStack.of(transport);
        EventLoopGroup group = stack.newGroup("test", 1);
        try {
            SocketChannel channel = stack.clientChannels().newChannel();
            assertThat(group.register(channel).awaitUninterruptibly().isSuccess()).isTrue();
            channel.close().awaitUninterruptibly();
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void autoPrefersEpoll() {
        assertThat(NetworkStack.of(Transport.AUTO).transport())
                .isEqualTo(Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO);
    }
}
