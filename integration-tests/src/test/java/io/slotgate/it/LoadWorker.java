package io.slotgate.it;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One client of the mixed load, with a thread and a connection of its own; a connection that is lost is counted and made again.
 * Its figures may be read when it has finished.
 */
abstract class LoadWorker {
    private static final long RECONNECT_PAUSE_NANOS = 20_000_000;

    final int number;
    final LoadFigures figures = new LoadFigures();
    private final LoadClient.Door door;
    private final long pauseNanos;
    private volatile @Nullable Throwable failure;
    private volatile boolean stopping;
    private Thread thread = new Thread();

    /** @param pauseNanos between two rounds */
    LoadWorker(int number, LoadClient.Door door, long pauseNanos) {
        this.number = number;
        this.door = door;
        this.pauseNanos = pauseNanos;
    }

    /** Sends something and notes what comes of it. */
    abstract void round(LoadClient client) throws IOException;

    void start() {
        thread = Thread.ofPlatform().name("load-" + number).start(() -> {
            try {
                run();
            } catch (Throwable e) {
                failure = e;
            }
        });
    }

    private void run() throws IOException {
        LoadClient client = door.open(number);
        try {
            while (!stopping) {
                try {
                    figures.nextRound();
                    round(client);
                    LockSupport.parkNanos(pauseNanos);
                } catch (IOException lost) {
                    figures.error("connection lost: " + lost.getMessage());
                    client.close();
                    client = reopened();
                }
            }
        } finally {
            client.close();
        }
    }

    private LoadClient reopened() throws IOException {
        while (true) {
            try {
                return door.open(number);
            } catch (IOException refused) {
                figures.error("connection refused");
                if (stopping) {
                    throw refused;
                }
                LockSupport.parkNanos(RECONNECT_PAUSE_NANOS);
            }
        }
    }

    void stop() {
        stopping = true;
    }

    boolean stopping() {
        return stopping;
    }

    /** Fails if it met what no server should ever answer. */
    void checkAlive() {
        Throwable cause = failure;
        if (cause != null) {
            throw new AssertionError(getClass().getSimpleName() + " " + number + ": " + cause, cause);
        }
    }

    void join() throws InterruptedException {
        thread.join();
        checkAlive();
    }

    /** Notes an error reply; true if the outcome of the command is not known then. */
    boolean error(Reply.Failure error, String command) {
        String text = error.text();
        int space = text.indexOf(' ');
        String word = space < 0 ? text : text.substring(0, space);
        figures.error((word.equals("ERR") ? text : word) + " " + command);
        return word.equals("UNCERTAIN");
    }
}
