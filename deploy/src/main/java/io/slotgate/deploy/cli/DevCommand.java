package io.slotgate.deploy.cli;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalClusterBuilder;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a local cluster and a proxy in front of it, with certificates of their own: everything for a trial. */
@Command(name = "dev", showDefaultValues = true, description = "Run a local cluster and a proxy in front of it.")
final class DevCommand implements Callable<Integer> {
    private final Gateway.Starter starter;

    @Option(names = "--port", paramLabel = "N", description = "Port for any command, with TLS; 0: any free one.")
    private int port = 6379;

    @Option(names = "--read-port", paramLabel = "N", description = "Port for replica reads, with TLS; 0: any free one.")
    private int readPort = 6380;

    @Option(names = "--plain-port", paramLabel = "N", description = "Port for any command, without TLS; 0: any free one.")
    private @Nullable Integer plainPort;

    @Option(names = "--admin-port", paramLabel = "N", description = "Port of the admin API; 0: any free one.")
    private int adminPort = 8080;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where certificates and the nodes' files go.")
    private Path dir = Path.of(".slotgate");

    @Option(names = "--shards", paramLabel = "N", description = "Shards of the cluster, 1..100.")
    private int shards = 3;

    @Option(names = "--replicas", paramLabel = "N", description = "Replicas of each shard, 0..5.")
    private int replicas = 1;

    @Option(names = "--zones", split = ",", paramLabel = "ZONE", description = "Zones the nodes are spread over.")
    private List<String> zones = List.of("a", "b", "c");

    @Option(names = "--zone", paramLabel = "ZONE", description = "The proxy's zone.")
    private String zone = "a";

    @Option(names = "--workers", paramLabel = "N", description = "Event loops, 0..1024; 0: one per core.")
    private int workers;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    DevCommand(Gateway.Starter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        DevCertificates certificates = DevCertificates.pathsIn(dir);
        DevConfig settings = new DevConfig(certificates, port, readPort, plainPort, adminPort, workers, zone);
        LocalClusterBuilder cluster = usage(
                () -> LocalCluster.builder(dir).shards(shards).replicas(replicas).zones(zones));
        // What is wrong with the arguments is said before anything starts.
        usage(() -> settings.inFrontOf(List.of(new HostPort("localhost", 1))));
        try (StopRequest stop = StopRequest.install(); FolderLock lock = FolderLock.take(dir)) {
            // Making certificates loads a lot of code; the nodes take seconds to find each other, mostly waiting.
            FutureTask<DevCertificates> made = new FutureTask<>(() -> DevCertificates.in(lock.folder()));
            Thread.ofPlatform().daemon().name("certificates").start(made);
            try (LocalCluster running = cluster.start()) {
                join(made);
                SlotgateConfig config = settings.inFrontOf(running.seeds());
                new Serving(starter, spec.commandLine().getOut()).run(config, certificates.ca(), running.addresses(),
                        stop);
            }
        }
        return 0;
    }

    private static void join(FutureTask<?> task) throws IOException, InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    private <T> T usage(Supplier<T> made) {
        try {
            return made.get();
        } catch (RuntimeException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
