package io.slotgate.topology.discovery;

import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.event.Event;
import io.lettuce.core.event.EventBus;
import io.lettuce.core.event.EventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.DnsResolver;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.tracing.Tracing;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.slotgate.topology.net.ReceiveBuffers;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;

/**
 * What Lettuce runs on: one network thread and one timer, each started when first used. Lettuce's own default makes more
 * threads, a scheduler for events nobody listens to, and a DNS resolver, before the first connection.
 */
final class LeanResources implements ClientResources {
    private static final long CLOSE_SECONDS = 5;

    private final EventLoopGroupProvider eventLoops = new DefaultEventLoopGroupProvider(1);
    private final EventExecutorGroup executors = new DefaultEventExecutorGroup(1,
            new DefaultThreadFactory("lettuce-executor", true));
    private final Timer timer = new HashedWheelTimer(new DefaultThreadFactory("lettuce-timer", true));
    private final EventBus events = new NoEvents();
    private final SocketAddressResolver resolver;

    /** @param names may block */
    LeanResources(DnsResolver names) {
        this.resolver = SocketAddressResolver.create(names);
    }

    @Override
    public Future<Boolean> shutdown() {
        return shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
        timer.stop();
        executors.shutdownGracefully(quietPeriod, timeout, unit);
        return eventLoops.shutdown(quietPeriod, timeout, unit);
    }

    @Override
    public EventLoopGroupProvider eventLoopGroupProvider() {
        return eventLoops;
    }

    @Override
    public EventExecutorGroup eventExecutorGroup() {
        return executors;
    }

    @Override
    public int ioThreadPoolSize() {
        return 1;
    }

    @Override
    public int computationThreadPoolSize() {
        return 1;
    }

    @Override
    public Timer timer() {
        return timer;
    }

    @Override
    public EventBus eventBus() {
        return events;
    }

    @Override
    public SocketAddressResolver socketAddressResolver() {
        return resolver;
    }

    /** Not used: addresses are resolved by the other resolver before Netty sees them. */
    @Override
    public AddressResolverGroup<?> addressResolverGroup() {
        return DefaultAddressResolverGroup.INSTANCE;
    }

    @Override
    public EventPublisherOptions commandLatencyPublisherOptions() {
        return DefaultEventPublisherOptions.disabled();
    }

    @Override
    public CommandLatencyRecorder commandLatencyRecorder() {
        return CommandLatencyRecorder.disabled();
    }

    @Override
    public NettyCustomizer nettyCustomizer() {
        return new NettyCustomizer() {
            @Override
            @SuppressWarnings("deprecation") // there is no other way to say it
            public void afterBootstrapInitialized(Bootstrap bootstrap) {
                bootstrap.option(ChannelOption.RCVBUF_ALLOCATOR, ReceiveBuffers.fresh());
            }
        };
    }

    @Override
    public Delay reconnectDelay() {
        return Delay.exponential();
    }

    @Override
    public Tracing tracing() {
        return Tracing.disabled();
    }

    @Override
    public Builder mutate() {
        throw new UnsupportedOperationException("made for one client");
    }

    /** Nobody listens. */
    private static final class NoEvents implements EventBus {
        @Override
        public Flux<Event> get() {
            return Flux.empty();
        }

        @Override
        public void publish(Event event) {
            // nobody listens
        }
    }
}
