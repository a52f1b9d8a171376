package io.slotgate.it;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that reads and writes some hundred times a second, until it is closed. */
final class Traffic implements AutoCloseable {
    private static final int AT_ONCE = 20;
    private static final long PAUSE_MILLIS = 25;

    private final Wire wire;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private volatile boolean closed;
    private volatile @Nullable IOException failure;

    /** @param name it gives itself */
    Traffic(ProxyFixture proxy, String name) throws IOException {
        this.wire = proxy.connect();
        this.wire.call("CLIENT", "SETNAME", name);
    }

    void start() {
        thread.start();
    }

    private void run() {
        Random random = new Random(7);
        try {
            while (!closed) {
                for (int i = 0; i < AT_ONCE; i++) {
                    String key = "user:" + Math.round(Math.exp(random.nextDouble() * 7));
                    if (random.nextInt(4) == 0) {
                        wire.send("SET", key, "of " + key);
                    } else {
                        wire.send("GET", key);
                    }
                }
                for (int i = 0; i < AT_ONCE; i++) {
                    wire.readRaw();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        thread.join();
        wire.close();
        IOException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }
}
