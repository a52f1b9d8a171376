package io.slotgate.proxy.clients;

import io.slotgate.proxy.facade.Integers;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** Reads the arguments of CLIENT LIST, KILL, PAUSE, UNPAUSE and UNBLOCK as the server does, and finds its words for what is wrong. */
final class QueryParser {
    private final Predicate<String> knowsUser;

    QueryParser(Predicate<String> knowsUser) {
        this.knowsUser = knowsUser;
    }

    /** What is wrong with a command, as the reply says it. */
    static final class Malformed extends Exception {
        Malformed(String message) {
            super(message, null, false, false);
        }

        static Malformed syntax() {
            return new Malformed("ERR syntax error");
        }

        static Malformed wrongForm(String subcommand) {
            return new Malformed("ERR unknown subcommand or wrong number of arguments for '" + subcommand
                    + "'. Try CLIENT HELP.");
        }

        String error() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * @param name full name of the command, as {@code client|kill}
     * @param asker id of the client that sent it
     */
    ClientQuery parse(String name, RequestFrame frame, long asker) throws Malformed {
        return switch (name) {
            case "client|list" -> listing(frame);
            case "client|kill" -> kill(frame, asker);
            case "client|pause" -> pause(frame);
            case "client|unpause" -> new ClientQuery.Unpause();
            case "client|unblock" -> unblock(frame);
            default -> throw new IllegalArgumentException(name + " (expected: a command about other clients)");
        };
    }

    private static ClientQuery listing(RequestFrame frame) throws Malformed {
        if (frame.argc() == 2) {
            return new ClientQuery.Listing(ClientFilter.ALL, null);
        }
        if (frame.argc() == 4 && frame.is(2, "type")) {
            return new ClientQuery.Listing(ClientFilter.of(type(frame, 3)), null);
        }
        if (frame.argc() < 4 || !frame.is(2, "id")) {
            throw Malformed.syntax();
        }
        List<Long> order = new ArrayList<>();
        for (int i = 3; i < frame.argc(); i++) {
            order.add(Integers.parse(frame, i).orElseThrow(() -> new Malformed("ERR Invalid client ID")));
        }
        return new ClientQuery.Listing(ClientFilter.of(new HashSet<>(order)), List.copyOf(order));
    }

    private ClientQuery kill(RequestFrame frame, long asker) throws Malformed {
        if (frame.argc() == 3) {
            return new ClientQuery.Kill(ClientFilter.of(frame.text(2)), true);
        }
        ClientFilter filter = new ClientFilter(null, null, null, null, null, 0, asker);
        for (int i = 2; i < frame.argc(); i += 2) {
            if (i + 1 == frame.argc()) {
                throw Malformed.syntax();
            }
            filter = with(filter, frame, i, asker);
        }
        return new ClientQuery.Kill(filter, false);
    }

    private ClientFilter with(ClientFilter f, RequestFrame frame, int option, long asker) throws Malformed {
        int value = option + 1;
        return switch (frame.text(option).toLowerCase(Locale.ROOT)) {
            case "id" -> new ClientFilter(id(frame, value), f.type(), f.user(), f.address(), f.localAddress(),
                    f.leastAgeSeconds(), f.except());
            case "type" -> new ClientFilter(f.ids(), type(frame, value), f.user(), f.address(), f.localAddress(),
                    f.leastAgeSeconds(), f.except());
            case "user" -> new ClientFilter(f.ids(), f.type(), user(frame, value), f.address(), f.localAddress(),
                    f.leastAgeSeconds(), f.except());
            case "addr" -> new ClientFilter(f.ids(), f.type(), f.user(), frame.text(value), f.localAddress(),
                    f.leastAgeSeconds(), f.except());
            case "laddr" -> new ClientFilter(f.ids(), f.type(), f.user(), f.address(), frame.text(value),
                    f.leastAgeSeconds(), f.except());
            case "maxage" -> new ClientFilter(f.ids(), f.type(), f.user(), f.address(), f.localAddress(),
                    age(frame, value), f.except());
            case "skipme" -> new ClientFilter(f.ids(), f.type(), f.user(), f.address(), f.localAddress(),
                    f.leastAgeSeconds(), skips(frame, value) ? asker : 0);
            default -> throw Malformed.syntax();
        };
    }

    private static Set<Long> id(RequestFrame frame, int argument) throws Malformed {
        OptionalLong id = Integers.parse(frame, argument);
        if (id.isEmpty() || id.getAsLong() < 1) {
            throw new Malformed("ERR client-id should be greater than 0");
        }
        return Set.of(id.getAsLong());
    }

    private static ClientType type(RequestFrame frame, int argument) throws Malformed {
        ClientType type = ClientType.named(frame.text(argument));
        if (type == null) {
            throw new Malformed("ERR Unknown client type '" + frame.text(argument) + "'");
        }
        return type;
    }

    private String user(RequestFrame frame, int argument) throws Malformed {
        String name = frame.buffer().toString(frame.offset(argument), frame.length(argument), StandardCharsets.UTF_8);
        if (!knowsUser.test(name)) {
            throw new Malformed("ERR No such user '" + frame.text(argument) + "'");
        }
        return name;
    }

    private static long age(RequestFrame frame, int argument) throws Malformed {
        long age = Integers.parse(frame, argument)
                .orElseThrow(() -> new Malformed("ERR maxage is not an integer or out of range"));
        if (age <= 0) {
            throw new Malformed("ERR maxage should be greater than 0");
        }
        return age;
    }

    private static boolean skips(RequestFrame frame, int argument) throws Malformed {
        if (!frame.is(argument, "yes") && !frame.is(argument, "no")) {
            throw Malformed.syntax();
        }
        return frame.is(argument, "yes");
    }

    private static ClientQuery pause(RequestFrame frame) throws Malformed {
        if (frame.argc() > 4) {
            throw Malformed.wrongForm("pause");
        }
        if (frame.argc() == 4 && !frame.is(3, "write") && !frame.is(3, "all")) {
            throw new Malformed("ERR CLIENT PAUSE mode must be WRITE or ALL");
        }
        long millis = Integers.parse(frame, 2)
                .orElseThrow(() -> new Malformed("ERR timeout is not an integer or out of range"));
        if (millis < 0) {
            throw new Malformed("ERR timeout is negative");
        }
        if (millis > Long.MAX_VALUE - System.currentTimeMillis()) {
            throw new Malformed("ERR timeout is out of range");
        }
        return new ClientQuery.Pause(millis, frame.argc() == 4 && frame.is(3, "write"));
    }

    private static ClientQuery unblock(RequestFrame frame) throws Malformed {
        if (frame.argc() > 4) {
            throw Malformed.wrongForm("unblock");
        }
        if (frame.argc() == 4 && !frame.is(3, "timeout") && !frame.is(3, "error")) {
            throw new Malformed("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        }
        long id = Integers.parse(frame, 2)
                .orElseThrow(() -> new Malformed("ERR value is not an integer or out of range"));
        return new ClientQuery.Unblock(id, frame.argc() == 4 && frame.is(3, "error"));
    }
}
