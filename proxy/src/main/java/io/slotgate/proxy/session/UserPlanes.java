package io.slotgate.proxy.session;

import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.metrics.WorkerCounters;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.upstream.AuthLane;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.SlotMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The planes of those users of the cluster who have sessions on one worker, or had some a minute ago, and of databases other than 0
 * that sessions have selected. Their number is bounded;
 * a password is asked of a node at every login, whether there is a plane or not. Confined to its worker.
 */
final class UserPlanes {
    private static final Logger log = LoggerFactory.getLogger(UserPlanes.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final String NOT_MADE = "ERR Slotgate: this user could not be set up on the nodes: ";
    private static final String UNKNOWN = "a node does not know it yet";

    private final WorkerCounters counters;
    private final Executor loop;
    private final MadeUsers made;
    private final AuthLane authLane;
    private final UserChannels.Factory factory;
    private final BiFunction<Way, UserChannels, UserPlane> planeOf;
    private final Consumer<UserPlane> onRefused;
    private final Desk ownDesk;
    private final int most;
    private final Map<Way, UserPlane> planes = new HashMap<>();

    /**
     * Whose commands go by a plane, and where to.
     *
     * @param user null: who the proxy itself is
     */
    record Way(@Nullable UpstreamUser user, int database) {}

    /** What became of a login. */
    sealed interface Outcome {
        /** The nodes know the user; the plane is the session's until {@link #release}. */
        record Accepted(UserPlane plane) implements Outcome {}

        record Refused(String error) implements Outcome {}
    }

    /**
     * @param made users that the proxy makes itself: a node that does not know one is told of it
     * @param onRefused told of a plane whose user the nodes do not accept any more
     * @param ownDesk where the proxy itself asks for subscriptions
     * @param most planes at a time
     */
    UserPlanes(Worker worker, MadeUsers made, AuthLane authLane, UserChannels.Factory factory,
            BiFunction<Way, UserChannels, UserPlane> planeOf,
            Consumer<UserPlane> onRefused, Desk ownDesk, int most) {
        this.counters = worker.counters();
        this.loop = worker.loop();
        this.made = made;
        this.authLane = authLane;
        this.factory = factory;
        this.planeOf = planeOf;
        this.onRefused = onRefused;
        this.ownDesk = ownDesk;
        this.most = most;
    }

    /** Has a node check the user, and whether it may select the database if that is not 0, and gives {@code then} the user's plane. */
    void login(UpstreamUser user, int database, Consumer<Outcome> then) {
        if (!made.has(user.name())) {
            authLane.ask(user.name(), user.password(), database, (error, node) -> end(user, database, error, then));
            return;
        }
        // A node may know a user of this name that somebody else has made: without our rules it must not come in.
        String refusal = made.refusal(user.name());
        if (refusal != null) {
            end(user, database, NOT_MADE + refusal, then);
            return;
        }
        authLane.ask(user.name(), user.password(), database, (error, node) -> {
            if (error == null || node == null) {
                end(user, database, error, then);
            } else {
                made.again(node).thenRunAsync(() -> askAgain(user, database, then), loop);
            }
        });
    }

    /** The password is right, as we know ourselves, so what a node now refuses is a user that it does not have. */
    private void askAgain(UpstreamUser user, int database, Consumer<Outcome> then) {
        authLane.ask(user.name(), user.password(), database, (error, node) -> {
            String refusal = made.refusal(user.name());
            if (refusal != null) {
                end(user, database, NOT_MADE + refusal, then);
            } else {
                end(user, database, error == null || node == null ? error : NOT_MADE + UNKNOWN, then);
            }
        });
    }

    /** What is answered where there are too many. */
    String full() {
        return "ERR Slotgate: " + most
                + " users and databases of the cluster have channels, and that is the most (auth.upstream-users)";
    }

    private void end(UpstreamUser user, int database, @Nullable String error, Consumer<Outcome> then) {
        UserPlane plane = error == null ? acquire(user, database) : null;
        Outcome outcome = plane != null
                ? new Outcome.Accepted(plane)
                : new Outcome.Refused(error != null ? error : full());
        if (outcome instanceof Outcome.Refused) {
            counters.loginsRefused++;
        }
        then.accept(outcome);
    }

    /** The plane of a user, or null, of the proxy itself, to a database; null if there are too many. It is to be released. */
    @Nullable
    UserPlane acquire(@Nullable UpstreamUser user, int database) {
        Way way = new Way(user, database);
        UserPlane plane = planes.get(way);
        if (plane == null) {
            plane = database == 0 || user == null ? open(way, null) : openBeside(way, user);
        }
        if (plane != null) {
            plane.acquired();
        }
        return plane;
    }

    /** Of another database than 0: subscriptions go by the plane of 0, which has to be there meanwhile. */
    private @Nullable UserPlane openBeside(Way way, UpstreamUser user) {
        UserPlane base = acquire(user, 0);
        if (base == null) {
            return null;
        }
        UserPlane plane = open(way, base);
        if (plane == null) {
            base.released();
        }
        return plane;
    }

    private @Nullable UserPlane open(Way way, @Nullable UserPlane base) {
        if (planes.size() >= most && !closeIdle(0)) {
            return null;
        }
        Desk desk = base != null ? base.desk() : way.database() == 0 ? null : ownDesk;
        UserChannels channels = factory.open(way.user(), way.database(), desk, error -> refused(way, error));
        UserPlane plane = planeOf.apply(way, channels);
        planes.put(way, plane);
        count();
        return plane;
    }

    /** As the server does with clients of a user that was deleted: they are closed, and so is what they used. */
    private void refused(Way way, String error) {
        UserPlane plane = planes.get(way);
        if (plane == null) {
            return;
        }
        log.atInfo().addKeyValue("user", String.valueOf(way.user())).addKeyValue("database", way.database())
                .log("Sessions closed: a node refuses their user or database: {}", error);
        for (UserPlane each : all()) {
            if (each == plane || (way.database() == 0 && Objects.equals(each.user(), way.user()))) {
                onRefused.accept(each);
                remove(each);
            }
        }
    }

    private void remove(UserPlane plane) {
        planes.remove(new Way(plane.user(), plane.database()));
        count();
        plane.channels().close();
        UserPlane base = plane.database() == 0 ? null : planes.get(new Way(plane.user(), 0));
        if (base != null) {
            base.released();
        }
    }

    private void count() {
        counters.upstreamUsers = planes.size();
    }

    void release(UserPlane plane) {
        plane.released();
    }

    /** Closes channels that nobody has used for a minute. */
    void sweep() {
        closeIdle(IDLE_NANOS);
    }

    private boolean closeIdle(long nanos) {
        long now = System.nanoTime();
        boolean closed = false;
        for (UserPlane plane : all()) {
            if (plane.idle(nanos, now)) {
                remove(plane);
                closed = true;
            }
        }
        return closed;
    }

    /** All that there are. */
    List<UserPlane> all() {
        return List.copyOf(planes.values());
    }

    void follow(SlotMap map) {
        for (UserPlane plane : all()) {
            plane.channels().follow(map);
        }
    }

    void close() {
        all().forEach(plane -> plane.channels().close());
        planes.clear();
        authLane.close();
    }
}
