package io.slotgate.deploy.dev;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node of a {@link LocalCluster}: a server process on the loopback address, which can be made to fail. */
public final class LocalNode {
    private static final Duration START_PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_STOPS = 100;
    private static final long PAUSE_MILLIS = 10;

    private final HostPort address;
    private final @Nullable String zone;
    private final Path folder;
    private volatile List<String> command;
    private final NodeAccess access;
    private volatile @Nullable NodeProcess process;
    private volatile boolean paused;

    LocalNode(HostPort address, @Nullable String zone, Path folder, List<String> command, NodeAccess access) {
        this.address = address;
        this.zone = zone;
        this.folder = folder;
        this.command = List.copyOf(command);
        this.access = access;
    }

    public HostPort address() {
        return address;
    }

    /** The availability zone it was told; null if none. */
    public @Nullable String zone() {
        return zone;
    }

    /** The server program. */
    String program() {
        return command.getFirst();
    }

    /** Its cluster node id, 40 hex digits. */
    public String id() throws IOException {
        return text("CLUSTER", "MYID");
    }

    public boolean isAlive() {
        NodeProcess current = process;
        return current != null && current.isAlive();
    }

    /** Whether it is alive and not paused. */
    boolean isRunning() {
        return isAlive() && !paused;
    }

    /** @throws IllegalStateException if it was never started */
    public long pid() {
        return running().pid();
    }

    /** Ends the process with SIGKILL, as a crash would, and waits until it is gone. */
    public void kill() {
        NodeProcess victim = running();
        stopBetweenWrites(victim);
        victim.kill();
    }

    /** Stops it where it could be started again, if there is such a moment within a second or so. */
    private void stopBetweenWrites(NodeProcess victim) {
        try {
            for (int attempt = 0; attempt < MOST_STOPS && victim.isAlive(); attempt++) {
                victim.signal("STOP");
                if (canStartAgain()) {
                    return;
                }
                victim.signal("CONT");
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            // It ended meanwhile, or can't be stopped: then it is killed as it is.
        } catch (InterruptedException e) {
            // The same: closing goes on when the owner is told to stop.
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the server would take what it remembers of its cluster, had it to start with that now. */
    boolean canStartAgain() throws IOException {
        return NodesFile.of(folder).startable();
    }

    /** What it would know of its cluster if it started now, line by line. */
    String remembered() throws IOException {
        return String.join("\n", NodesFile.of(folder).lines());
    }

    /** Stops the process with SIGSTOP: connections stay, nothing is answered. */
    public void pause() throws IOException {
        paused = true;
        running().signal("STOP");
    }

    /** Lets a paused process go on. */
    public void resume() throws IOException {
        running().signal("CONT");
        paused = false;
    }

    /** Ends the process if it runs, starts it again with the same identity and no data, and waits until it answers. */
    public void restart() throws IOException {
        NodeProcess current = process;
        if (current != null) {
            kill();
        }
        launch();
        awaitAnswer();
    }

    /** As {@link #restart}, as another server: an upgrade. */
    public void restartAs(ServerBinary server) throws IOException {
        List<String> upgraded = new ArrayList<>(command);
        upgraded.set(0, server.executable().toString());
        command = List.copyOf(upgraded);
        restart();
    }

    /**
     * Sends one command over a connection of its own.
     *
     * @return the reply: a String, Long, List of these, or null
     * @throws NodeException if it answers with an error
     * @throws IOException if it can't be reached or doesn't answer within 5 s
     */
    public @Nullable Object call(String... arguments) throws IOException {
        try (NodeCall node = access.connect(address.port())) {
            return node.call(arguments);
        }
    }

    /** As {@link #call}, with the reply as text; for INFO and the like. */
    public String text(String... arguments) throws IOException {
        return String.valueOf(call(arguments));
    }

    @Override
    public String toString() {
        return address.toString();
    }

    /** Starts the process; {@link #awaitAnswer} says whether it came up. */
    void launch() throws IOException {
        Files.createDirectories(folder);
        process = NodeProcess.start(command, folder);
        paused = false;
    }

    /** @throws IOException if it ended, with its last words, or doesn't answer */
    void awaitAnswer() throws IOException {
        Waiting.until("node " + address + " to answer", START_PATIENCE, this::answers);
    }

    private boolean answers() throws IOException {
        if (!isAlive()) {
            throw new NodeEndedException("node " + address + " ended; it said:\n" + running().lastWords());
        }
        try {
            // Its own answer: where another cluster was faster to take the port, ours is about to end.
            return text("INFO", "server").lines().anyMatch(("process_id:" + pid())::equals);
        } catch (NodeException e) {
            throw e;
        } catch (IOException notYet) {
            return false;
        }
    }

    private NodeProcess running() {
        NodeProcess current = process;
        if (current == null) {
            throw new IllegalStateException("node " + address + " was never started");
        }
        return current;
    }
}
