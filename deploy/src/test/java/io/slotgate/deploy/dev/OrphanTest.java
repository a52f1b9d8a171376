package io.slotgate.deploy.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes don't outlive us, not even when nothing of ours gets to run at the end. */
class OrphanTest {
    @TempDir
    Path folder;

    @Test
    void nodesEndWhenTheirJvmIsKilled() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = jvm.inputReader()) {
            long pid = Long.parseLong(said.readLine());
            ProcessHandle node = ProcessHandle.of(pid).orElseThrow();
            assertThat(node.isAlive()).isTrue();

            jvm.destroyForcibly();

            node.onExit().get(30, TimeUnit.SECONDS);
            assertThat(node.isAlive()).isFalse();
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Starts a node, says its process id, and holds it. */
    static final class Holder {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            LocalCluster cluster = LocalCluster.builder(Path.of(arguments[0])).shards(1).replicas(0).start();
            System.out.println(cluster.node(0).pid());
            Thread.sleep(TimeUnit.MINUTES.toMillis(2));
        }
    }
}
