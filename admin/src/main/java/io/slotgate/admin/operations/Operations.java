package io.slotgate.admin.operations;

import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.AuditLog;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of this proxy: at most {@value #MOST_RUNNING} at a time, one of a kind on a target, and the latest {@value #MOST_KEPT}
 * remembered. Any thread.
 */
public final class Operations implements AutoCloseable {
    static final int MOST_RUNNING = 16;
    static final int MOST_KEPT = 200;
    private static final Logger log = LoggerFactory.getLogger(Operations.class);

    private final Clock clock;
    private final AuditLog audit;
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private long lastId;

    /** What an operation does, on a virtual thread of its own. */
    public interface Task {
        /**
         * @param progress takes what happens on the way
         * @return what came of it
         * @throws OperationFailedException to say why it could not be done
         * @throws InterruptedException if it was cancelled
         */
        String run(Consumer<String> progress) throws OperationFailedException, InterruptedException;

        /** What it changes, as it was before, for the audit; null where nothing can be said of that. */
        default @Nullable String before() {
            return null;
        }

        /** Whether it goes on when the API ends. */
        default boolean outlivesApi() {
            return false;
        }
    }

    public Operations(Clock clock, AuditLog audit) {
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * Begins one. The audit has it from now on, and once more at its end.
     *
     * @param kind what is done, a word
     * @param target what to
     * @throws Refusal 409 if the same is under way, 503 if too many are
     */
    public Operation begin(Actor actor, String kind, String target, boolean cancellable, Task task) {
        Operation operation = add(actor, kind, target, cancellable, task.outlivesApi());
        audit.record(actor, kind, target, task.before(), null, "begun: operation " + operation.id());
        Thread thread = Thread.ofVirtual().name("slotgate-admin-operation-" + operation.id()).unstarted(
                () -> run(operation, actor, kind, target, task));
        operation.runs(thread);
        thread.start();
        return operation;
    }

    private synchronized Operation add(Actor actor, String kind, String target, boolean cancellable,
            boolean outlivesApi) {
        int running = 0;
        for (Operation each : operations.values()) {
            Operation.Snapshot other = each.snapshot();
            if (other.state() == Operation.State.RUNNING) {
                running++;
                if (other.kind().equals(kind) && other.target().equals(target)) {
                    throw new Refusal(409, kind + " of " + target + " is under way: operation " + other.id(),
                            new FieldProblem(kind, "operation " + other.id() + " is under way", "none for " + target));
                }
            }
        }
        if (running >= MOST_RUNNING) {
            throw new Refusal(503, running + " operations are under way (expected: less than " + MOST_RUNNING + ")",
                    new FieldProblem("operations", running + " under way", "less than " + MOST_RUNNING));
        }
        Operation operation = new Operation(String.valueOf(++lastId), kind, target, actor.name(), cancellable,
                outlivesApi, clock);
        operations.put(operation.id(), operation);
        while (operations.size() > MOST_KEPT) {
            String eldest = operations.values().stream().filter(each -> !each.running()).findFirst().orElse(operation)
                    .id();
            operations.remove(eldest);
        }
        return operation;
    }

    private void run(Operation operation, Actor actor, String kind, String target, Task task) {
        try {
            operation.end(Operation.State.DONE, task.run(operation::step));
        } catch (OperationFailedException e) {
            operation.end(Operation.State.FAILED, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            operation.end(Operation.State.CANCELLED, "cancelled; what was done until then stays");
        } catch (RuntimeException | Error e) {
            // Nobody above would hear of it, and the operation would seem to run forever.
            log.atError().setCause(e).addKeyValue("operation", operation.id()).log("An operation failed");
            operation.end(Operation.State.FAILED, "it could not be done; the log says why");
        }
        Operation.Snapshot ended = operation.snapshot();
        audit.record(actor, kind, target, task.before(), ended.outcome(),
                ended.state().name().toLowerCase(Locale.ROOT));
    }

    /** The latest first. */
    public synchronized List<Operation.Snapshot> all() {
        List<Operation.Snapshot> all = new ArrayList<>();
        operations.values().forEach(operation -> all.addFirst(operation.snapshot()));
        return all;
    }

    /** @throws Refusal 404 if there is none of this id */
    public synchronized Operation find(String id) {
        Operation found = operations.get(id);
        if (found == null) {
            throw Refusal.missing("operation", id);
        }
        return found;
    }

    /** The one of a kind that is under way; null if none is. */
    public synchronized @Nullable Operation underWay(String kind) {
        return operations.values().stream()
                .filter(each -> each.running() && each.snapshot().kind().equals(kind)).findFirst().orElse(null);
    }

    /** Cancels what can be, but for what is to go on without the API. */
    @Override
    public synchronized void close() {
        operations.values().stream().filter(each -> !each.outlivesApi()).forEach(Operation::cancel);
    }
}
