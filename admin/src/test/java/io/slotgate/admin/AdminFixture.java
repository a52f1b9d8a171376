package io.slotgate.admin;

import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Endpoint;
import java.io.IOException;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An admin server on any port of this machine, and clients of it. As a field that is registered each test has one of its own; a
 * test that wants another {@link #start}s and closes it itself.
 */
public final class AdminFixture implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
    /** An API on any port of this machine that asks for no token. */
    public static final Admin OPEN = new Admin(true, new Endpoint("127.0.0.1", 0));

    private record Started(AdminServer server, HttpClient http) {}

    private final Admin config;
    private @Nullable ProxyView proxy;
    private @Nullable Started started;

    private AdminFixture(Admin config) {
        this.config = config;
    }

    /** Asks for no token. */
    public static AdminFixture open() {
        return new AdminFixture(OPEN);
    }

    /** Asks for the tokens of {@link Tokens}. */
    public static AdminFixture withTokens() {
        return new AdminFixture(Tokens.REQUIRED);
    }

    /** Attaches this proxy as soon as the server has started; without, the proxy is still starting. */
    public AdminFixture of(ProxyView attached) {
        this.proxy = attached;
        return this;
    }

    public AdminFixture start() throws IOException {
        AdminServer server = AdminServer.start(config);
        if (proxy != null) {
            server.attach(proxy);
        }
        started = new Started(server, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        return this;
    }

    private Started started() {
        Started current = started;
        if (current == null) {
            throw new IllegalStateException("the fixture was not started: register it as a field");
        }
        return current;
    }

    public AdminServer server() {
        return started().server();
    }

    /** Calls as scripts do. */
    public AdminClient client() {
        return new AdminClient(started().http(), server().port());
    }

    /** Calls, and holds requests and answers to the contract. */
    ContractClient contract() {
        return new ContractClient(started().http(), server().port());
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        Started current = started;
        if (current != null) {
            // Streams that a test has left open don't end by themselves.
            current.http().shutdownNow();
            current.http().close();
            current.server().close();
        }
    }
}
