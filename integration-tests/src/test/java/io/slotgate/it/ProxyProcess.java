package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A proxy as a process of its own, which can be ended and started again. One thread. */
final class ProxyProcess implements AutoCloseable {
    private final Path config;
    private final Path log;
    private @Nullable Process process;

    /** @param config what it is started with; it logs into a file beside it */
    ProxyProcess(Path config) {
        this.config = config;
        this.log = config.resolveSibling(config.getFileName() + ".log");
    }

    /** Returns when it says that it serves. */
    ProxyProcess start() throws IOException {
        ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "io.slotgate.deploy.Main", "serve", "--config", config.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        command.environment().put("SLOTGATE_LOG_LEVEL", "info");
        Process started = command.start();
        process = started;
        String ready = started.inputReader().readLine();
        assertThat(ready).as("READY, or see %s", Files.readString(log)).isNotNull();
        return this;
    }

    /** The most memory it has had so far, shared libraries included, in bytes; on Linux. */
    long peakMemory() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(running().pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
    }

    /** Asks it to end. */
    void terminate() {
        running().destroy();
    }

    /** Waits for its end. */
    int exitCode(Duration most) throws InterruptedException {
        assertThat(running().waitFor(most.toMillis(), TimeUnit.MILLISECONDS)).as("ended").isTrue();
        return running().exitValue();
    }

    private Process running() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        return current;
    }

    /** What it logged, all its lives. */
    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
