package io.slotgate.proxy.clients;

import io.slotgate.proxy.worker.Worker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The directories of all workers. May be used by any thread. */
public final class AllClients {
    private final List<ClientDirectory> directories = new CopyOnWriteArrayList<>();
    private final AtomicLong connected = new AtomicLong();
    private final Predicate<String> knowsUser;
    private final LongSupplier clockMillis;

    /**
     * @param knowsUser whether there may be a user of this name
     * @param clockMillis wall clock, milliseconds since 1970
     */
    public AllClients(Predicate<String> knowsUser, LongSupplier clockMillis) {
        this.knowsUser = knowsUser;
        this.clockMillis = clockMillis;
    }

    /** A new worker's directory. */
    public ClientDirectory directory(Worker worker) {
        ClientDirectory directory = new ClientDirectory(this, worker);
        directories.add(directory);
        return directory;
    }

    /** Clients of all workers. */
    public long connected() {
        return connected.get();
    }

    void count(int change) {
        connected.addAndGet(change);
    }

    List<ClientDirectory> directories() {
        return directories;
    }

    boolean knowsUser(String name) {
        return knowsUser.test(name);
    }

    long nowMillis() {
        return clockMillis.getAsLong();
    }
}
