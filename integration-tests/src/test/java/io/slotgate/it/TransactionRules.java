package io.slotgate.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How one session's transactions may differ from those of a plain server, and how they then must:
 *
 * <ul>
 * <li>A key on another slot than those before it in the transaction, or than those watched, is answered {@code CROSSSLOT} when
 * it is queued. One server alone finds that out at EXEC, or does not mind.
 * <li>So is WATCH of a key on another slot than those watched.
 * <li>What the proxy keeps of the session is refused inside a transaction.
 * </ul>
 *
 * After a refusal EXEC is answered {@code EXECABORT}; the plain server is sent DISCARD then, so that nothing runs there either.
 */
final class TransactionRules {
    private static final String CROSSED = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";
    private static final String ABORTED = "-EXECABORT Transaction discarded because of previous errors.\r\n";
    private static final Set<String> OF_THE_PROXY = Set.of("CLIENT", "CLUSTER");

    /** What the plain server answered, and whether another answer is as good. */
    record Expected(String plain, Predicate<String> allows) {}

    private final Wire server;
    private final Wire control;
    private boolean open;
    /** Whether nobody looks after the transaction's slot any more, for it will not run. */
    private boolean broken;
    private boolean refused;
    private @Nullable Long slot;
    private @Nullable Long watched;
    private int refusals;

    /**
     * @param server the session with the plain server
     * @param control another one, to ask where a command's keys are
     */
    TransactionRules(Wire server, Wire control) {
        this.server = server;
        this.control = control;
    }

    /** Whether the next keys should be on the slot of those before. */
    boolean bound() {
        return open || watched != null;
    }

    /** How often Slotgate had to refuse what the plain server does not. */
    int refusals() {
        return refusals;
    }

    /** Has the plain server do a command. */
    Expected ask(List<String> command) throws IOException {
        String name = command.getFirst().toUpperCase(Locale.ROOT);
        if (open && name.equals("EXEC")) {
            return exec(command);
        }
        return open ? inside(name, command) : outside(name, command);
    }

    private Expected outside(String name, List<String> command) throws IOException {
        if (name.equals("WATCH") && watched != null) {
            Set<Long> slots = slots(command);
            if (slots.size() == 1 && !slots.contains(watched)) {
                return refusal("not asked", CROSSED::equals);
            }
        }
        String reply = plain(command);
        switch (name) {
            case "WATCH" -> {
                if (reply.equals("+OK\r\n")) {
                    watched = slots(command).iterator().next();
                }
            }
            case "UNWATCH" -> watched = reply.equals("+OK\r\n") ? null : watched;
            // It may be all wrong and ends everything.
            case "EXEC" -> watched = reply.startsWith("-EXECABORT") ? null : watched;
            case "MULTI" -> {
                open = reply.equals("+OK\r\n");
                slot = watched;
            }
            default -> {
            }
        }
        return same(name, reply);
    }

    private Expected exec(List<String> command) throws IOException {
        boolean aborted = refused && command.size() == 1;
        String reply = plain(aborted ? List.of("DISCARD") : command);
        end();
        return aborted ? new Expected(reply, ABORTED::equals) : same("EXEC", reply);
    }

    private Expected inside(String name, List<String> command) throws IOException {
        String reply = plain(command);
        if (!reply.equals("+QUEUED\r\n")) {
            broken = true;
            if (name.equals("DISCARD") && reply.equals("+OK\r\n")) {
                end();
            }
            return same(name, reply);
        }
        if (OF_THE_PROXY.contains(name) || (name.equals("SELECT") && !command.get(1).equals("0"))) {
            return refusal(reply, got -> got.startsWith("-ERR Slotgate: " + name)
                    && got.contains(" is not supported inside a transaction: "));
        }
        Set<Long> slots = broken ? Set.of() : slots(command);
        if (!slots.isEmpty()) {
            Long own = slots.iterator().next();
            if (slot != null && !slot.equals(own)) {
                return refusal(reply, CROSSED::equals);
            }
            slot = own;
        }
        return same(name, reply);
    }

    private Expected refusal(String reply, Predicate<String> allows) {
        refusals++;
        refused = open;
        broken = open;
        return new Expected(reply, allows);
    }

    private void end() {
        open = false;
        broken = false;
        refused = false;
        slot = null;
        watched = null;
    }

    static Expected same(String name, String reply) {
        return new Expected(reply, got -> ReplyRules.of(name).allows(reply, got));
    }

    private String plain(List<String> command) throws IOException {
        return server.raw(command.toArray(String[]::new));
    }

    /** The slots of the command's keys, as the server finds them. */
    private Set<Long> slots(List<String> command) throws IOException {
        Object keys;
        if (command.getFirst().equalsIgnoreCase("SPUBLISH")) {
            // A channel is none of its keys, but counts as one.
            keys = command.subList(1, 2);
        } else {
            List<String> question = new ArrayList<>(command);
            question.addAll(0, List.of("COMMAND", "GETKEYS"));
            keys = control.call(question.toArray(String[]::new));
        }
        Set<Long> slots = new HashSet<>();
        if (keys instanceof List<?> names) {
            for (Object name : names) {
                slots.add((Long) control.call("CLUSTER", "KEYSLOT", String.valueOf(name)));
            }
        }
        return slots;
    }
}
