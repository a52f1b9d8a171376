package io.slotgate.it;

import io.slotgate.deploy.dev.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One server that is a cluster of its own and owns every slot: with the rules of a cluster, and without redirects. */
final class PlainCluster implements BeforeAllCallback, AfterAllCallback {
    private @Nullable LocalCluster cluster;
    private @Nullable Path folder;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path made = Files.createTempDirectory("slotgate-it-plain");
        folder = made;
        cluster = LocalCluster.builder(made).shards(1).replicas(0).start();
    }

    Wire connect() throws IOException {
        LocalCluster started = cluster;
        if (started == null) {
            throw new IllegalStateException("the server was not started: register it as a static field");
        }
        return Wire.open(started.nodes().getFirst().address().port());
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
        if (folder != null) {
            ProxyFixture.delete(folder);
            folder = null;
        }
    }
}
