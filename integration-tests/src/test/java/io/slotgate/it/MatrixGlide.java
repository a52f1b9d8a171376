package io.slotgate.it;

import static glide.api.models.GlideString.gs;

import glide.api.BaseClient;
import glide.api.GlideClient;
import glide.api.GlideClusterClient;
import glide.api.models.Batch;
import glide.api.models.ClusterBatch;
import glide.api.models.Script;
import glide.api.models.commands.ScriptOptions;
import glide.api.models.commands.scan.ClusterScanCursor;
import glide.api.models.commands.scan.ScanOptions;
import glide.api.models.configuration.AdvancedGlideClientConfiguration;
import glide.api.models.configuration.AdvancedGlideClusterClientConfiguration;
import glide.api.models.configuration.ClusterSubscriptionConfiguration;
import glide.api.models.configuration.ClusterSubscriptionConfiguration.PubSubClusterChannelMode;
import glide.api.models.configuration.GlideClientConfiguration;
import glide.api.models.configuration.GlideClusterClientConfiguration;
import glide.api.models.configuration.NodeAddress;
import glide.api.models.configuration.ProtocolVersion;
import glide.api.models.configuration.StandaloneSubscriptionConfiguration;
import glide.api.models.configuration.StandaloneSubscriptionConfiguration.PubSubChannelMode;
import glide.api.models.configuration.TlsAdvancedConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Valkey GLIDE: GlideClient and GlideClusterClient. */
final class MatrixGlide implements MatrixClient {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Clients clients;
    private final BaseClient client;
    private final List<BaseClient> subscribers = new ArrayList<>();

    private MatrixGlide(Clients clients, BaseClient client) {
        this.clients = clients;
        this.client = client;
    }

    static MatrixGlide of(Clients clients, boolean resp3) throws Exception {
        return new MatrixGlide(clients, got(GlideClient.createClient(single(clients)
                .protocol(resp3 ? ProtocolVersion.RESP3 : ProtocolVersion.RESP2).build())));
    }

    static MatrixGlide cluster(Clients clients) throws Exception {
        return new MatrixGlide(clients,
                got(GlideClusterClient.createClient(settings(clients).build())));
    }

    private static TlsAdvancedConfiguration tls(Clients clients) throws IOException {
        return TlsAdvancedConfiguration.builder().rootCertificates(Files.readAllBytes(clients.ca())).build();
    }

    private static NodeAddress address(Clients clients) {
        return NodeAddress.builder().host("localhost").port(clients.port()).build();
    }

    private static GlideClientConfiguration.GlideClientConfigurationBuilder<?, ?> single(Clients clients)
            throws IOException {
        return GlideClientConfiguration.builder().address(address(clients)).useTLS(true).requestTimeout(TIMEOUT_MILLIS)
                .advancedConfiguration(AdvancedGlideClientConfiguration.builder().connectionTimeout(TIMEOUT_MILLIS)
                        .tlsAdvancedConfiguration(tls(clients)).build());
    }

    private static GlideClusterClientConfiguration.GlideClusterClientConfigurationBuilder<?, ?> settings(
            Clients clients)
            throws IOException {
        return GlideClusterClientConfiguration.builder().address(address(clients)).useTLS(true)
                .requestTimeout(TIMEOUT_MILLIS)
                .advancedConfiguration(AdvancedGlideClusterClientConfiguration.builder()
                        .connectionTimeout(TIMEOUT_MILLIS).tlsAdvancedConfiguration(tls(clients)).build());
    }

    private static <T> T got(CompletableFuture<T> reply)
            throws InterruptedException, ExecutionException, TimeoutException {
        return reply.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void set(String key, String value) throws Exception {
        got(client.set(key, value));
    }

    @Override
    public @Nullable String get(String key) throws Exception {
        return got(client.get(key));
    }

    @Override
    public long increment(String key) throws Exception {
        return got(client.incr(key));
    }

    @Override
    public void setHash(String key, Map<String, String> fields) throws Exception {
        got(client.hset(key, fields));
    }

    @Override
    public Map<String, String> hash(String key) throws Exception {
        return got(client.hgetall(key));
    }

    @Override
    public List<String> pipeline(List<String> keys) throws Exception {
        Object[] replies;
        if (client instanceof GlideClient single) {
            Batch batch = new Batch(false);
            keys.forEach(key -> batch.set(key, key));
            keys.forEach(batch::get);
            replies = got(single.exec(batch, true));
        } else {
            ClusterBatch batch = new ClusterBatch(false);
            keys.forEach(key -> batch.set(key, key));
            keys.forEach(batch::get);
            replies = got(((GlideClusterClient) client).exec(batch, true));
        }
        return Arrays.stream(replies).skip(keys.size()).map(String.class::cast).toList();
    }

    @Override
    public void setAll(Map<String, String> values) throws Exception {
        got(client.mset(values));
    }

    @Override
    public List<@Nullable String> getAll(List<String> keys) throws Exception {
        return Arrays.asList(got(client.mget(keys.toArray(String[]::new))));
    }

    @Override
    public long delete(Collection<String> keys) throws Exception {
        return got(client.del(keys.toArray(String[]::new)));
    }

    @Override
    public Set<String> scan(String pattern) throws Exception {
        Set<String> keys = new HashSet<>();
        ScanOptions options = ScanOptions.builder().matchPattern(pattern).count(50L).build();
        if (client instanceof GlideClient single) {
            String cursor = "0";
            do {
                Object[] page = got(single.scan(cursor, options));
                cursor = (String) page[0];
                Arrays.stream((Object[]) page[1]).forEach(key -> keys.add((String) key));
            } while (!cursor.equals("0"));
        } else {
            ClusterScanCursor cursor = ClusterScanCursor.initialCursor();
            while (!cursor.isFinished()) {
                Object[] page = got(((GlideClusterClient) client).scan(cursor, options));
                cursor = (ClusterScanCursor) page[0];
                Arrays.stream((Object[]) page[1]).forEach(key -> keys.add((String) key));
            }
        }
        return keys;
    }

    @Override
    public Object script(String script, String key, String argument) throws Exception {
        try (Script stored = new Script(script, false)) {
            return got(client.invokeScript(stored, ScriptOptions.builder().key(key).arg(argument).build()));
        }
    }

    @Override
    public Object transaction(String key) throws Exception {
        Object[] replies = client instanceof GlideClient single
                ? got(single.exec(new Batch(true).set(key, "1").incr(key), true))
                : got(((GlideClusterClient) client).exec(new ClusterBatch(true).set(key, "1").incr(key), true));
        return replies[1];
    }

    @Override
    public void push(String key, String element) throws Exception {
        got(client.rpush(key, new String[]{element}));
    }

    @Override
    public @Nullable String pop(String key, int seconds) throws Exception {
        String[] popped = got(client.blpop(new String[]{key}, seconds));
        return popped == null ? null : popped[1];
    }

    @Override
    public void subscribe(String channel, Consumer<String> listener) throws Exception {
        // Its subscriptions are part of how a client is made.
        BaseClient subscriber = client instanceof GlideClient
                ? got(GlideClient.createClient(single(clients).subscriptionConfiguration(
                        StandaloneSubscriptionConfiguration.builder().subscription(PubSubChannelMode.EXACT, gs(channel))
                                .build())
                        .build()))
                : got(GlideClusterClient.createClient(settings(clients).subscriptionConfiguration(
                        ClusterSubscriptionConfiguration.builder()
                                .subscription(PubSubClusterChannelMode.EXACT, gs(channel))
                                .build())
                        .build()));
        subscribers.add(subscriber);
        subscriber.getPubSubMessage().thenAccept(message -> listener.accept(message.getMessage().getString()));
    }

    @Override
    public void publish(String channel, String message) throws Exception {
        got(client.publish(message, channel));
    }

    @Override
    public void close() throws ExecutionException {
        for (BaseClient subscriber : subscribers) {
            subscriber.close();
        }
        client.close();
    }
}
