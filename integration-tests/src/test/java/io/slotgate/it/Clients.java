package io.slotgate.it;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.protocol.ProtocolVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.RedisProtocol;

/** Clients of others, as their users set them up: TLS, the authority's file, the proxy's name. To be closed by who asks. */
final class Clients {
    private static final String HOST = "localhost";
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int ATTEMPTS = JedisCluster.DEFAULT_MAX_ATTEMPTS;
    /**
     * Between attempts JedisCluster sleeps for a random part of what is left of this, before the last one up to all of it. By
     * default it is the timeout for each attempt, five minutes here: after a few lost connections a command would take as long.
     */
    private static final Duration RETRIES = Duration.ofSeconds(5);

    private final int port;
    private final SSLSocketFactory sockets;
    private final Path ca;

    /** @param port where the proxy takes any command, over TLS */
    Clients(int port, SSLSocketFactory sockets, Path ca) {
        this.port = port;
        this.sockets = sockets;
        this.ca = ca;
    }

    int port() {
        return port;
    }

    /** The authority's certificate, in PEM. */
    Path ca() {
        return ca;
    }

    DefaultJedisClientConfig.Builder jedisConfig() {
        return DefaultJedisClientConfig.builder().ssl(true).sslSocketFactory(sockets).timeoutMillis(TIMEOUT_MILLIS)
                .hostnameVerifier((name, session) -> name.equals(HOST) || name.equals("127.0.0.1"));
    }

    HostAndPort address() {
        return new HostAndPort(HOST, port);
    }

    Jedis jedis() {
        return new Jedis(address(), jedisConfig().build());
    }

    JedisCluster jedisCluster(RedisProtocol protocol) {
        return new JedisCluster(Set.of(address()), jedisConfig().protocol(protocol).build(), ATTEMPTS, RETRIES);
    }

    private RedisURI uri() {
        return RedisURI.builder().withHost(HOST).withPort(port).withSsl(true)
                .withTimeout(Duration.ofMillis(TIMEOUT_MILLIS)).build();
    }

    ClusterClientOptions options(ProtocolVersion protocol) {
        return ClusterClientOptions.builder().protocolVersion(protocol)
                .sslOptions(SslOptions.builder().jdkSslProvider().trustManager(ca.toFile()).build()).build();
    }

    RedisClient lettuce(ProtocolVersion protocol) {
        RedisClient client = RedisClient.create(uri());
        client.setOptions(options(protocol));
        return client;
    }

    RedisClusterClient lettuceCluster(ProtocolVersion protocol) {
        RedisClusterClient client = RedisClusterClient.create(uri());
        client.setOptions(options(protocol));
        return client;
    }
}
