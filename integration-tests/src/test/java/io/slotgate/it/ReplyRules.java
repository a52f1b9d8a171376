package io.slotgate.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a reply through Slotgate may differ from that of a plain server: not by a byte, apart from the commands listed here, each
 * with its reason.
 */
enum ReplyRules {
    /** The rule. */
    EXACT,
    /** Elements without an order: how a server's hash table lays them out depends on a random seed of its own. */
    ANY_ORDER {
        @Override
        String comparable(String reply) {
            return sorted(reply, 1);
        }
    },
    /** As {@link #ANY_ORDER}, in pairs of field and value. */
    PAIRS_IN_ANY_ORDER {
        @Override
        String comparable(String reply) {
            return sorted(reply, 2);
        }
    },
    /** A script's reply: as {@link #PAIRS_IN_ANY_ORDER} if it is a map, else exact. */
    MAP_IN_ANY_ORDER {
        @Override
        String comparable(String reply) {
            return reply.startsWith("%") ? sorted(reply, 2) : reply;
        }
    },
    /** A cursor and elements without an order. */
    PAGE {
        @Override
        String comparable(String reply) {
            return page(reply, 1);
        }
    },
    /** A cursor and pairs without an order. */
    PAGE_OF_PAIRS {
        @Override
        String comparable(String reply) {
            return page(reply, 2);
        }
    },
    /** The replies of a transaction in their order, with elements of each as {@link #ANY_ORDER} has them. */
    TRANSACTION {
        @Override
        String comparable(String reply) {
            if (reply.charAt(0) != '*') {
                return reply;
            }
            return parts(reply).stream().map(ReplyRules::sortedWithin).reduce("", String::concat);
        }
    },
    /** The servers' clocks: a minute more or less is the same. */
    SECONDS {
        @Override
        boolean allows(String expected, String got) {
            return closeBy(expected, got, 60);
        }
    },
    /** As {@link #SECONDS}. */
    MILLISECONDS {
        @Override
        boolean allows(String expected, String got) {
            return closeBy(expected, got, 60_000);
        }
    };

    private static final Map<String, ReplyRules> BY_COMMAND = Map.ofEntries(
            Map.entry("SMEMBERS", ANY_ORDER),
            Map.entry("SINTER", ANY_ORDER),
            Map.entry("SUNION", ANY_ORDER),
            Map.entry("SDIFF", ANY_ORDER),
            Map.entry("HKEYS", ANY_ORDER),
            Map.entry("HVALS", ANY_ORDER),
            Map.entry("KEYS", ANY_ORDER),
            Map.entry("HGETALL", PAIRS_IN_ANY_ORDER),
            Map.entry("EVAL", MAP_IN_ANY_ORDER),
            Map.entry("SSCAN", PAGE),
            Map.entry("HSCAN", PAGE_OF_PAIRS),
            Map.entry("ZSCAN", PAGE_OF_PAIRS),
            Map.entry("EXEC", TRANSACTION),
            Map.entry("TTL", SECONDS),
            Map.entry("EXPIRETIME", SECONDS),
            Map.entry("PTTL", MILLISECONDS),
            Map.entry("PEXPIRETIME", MILLISECONDS));

    /** Slotgate splits these where a server says CROSSSLOT. {@link CommandsIT} compares them with a server that is no cluster. */
    private static final Set<String> SPLIT = Set.of("MGET", "MSET", "DEL", "UNLINK", "EXISTS", "TOUCH");

    static ReplyRules of(String command) {
        return BY_COMMAND.getOrDefault(command.toUpperCase(Locale.ROOT), EXACT);
    }

    static boolean splits(String command) {
        return SPLIT.contains(command.toUpperCase(Locale.ROOT));
    }

    /** Whether the reply through Slotgate may be this one. */
    boolean allows(String expected, String got) {
        return comparable(expected).equals(comparable(got));
    }

    String comparable(String reply) {
        return reply;
    }

    private static boolean closeBy(String expected, String got, long tolerance) {
        if (!expected.startsWith(":") || !got.startsWith(":") || expected.startsWith(":-") || got.startsWith(":-")) {
            return expected.equals(got);
        }
        return Math.abs(
                Long.parseLong(expected.strip().substring(1)) - Long.parseLong(got.strip().substring(1))) <= tolerance;
    }

    private static String sorted(String reply, int together) {
        if ("*~%>".indexOf(reply.charAt(0)) < 0) {
            return reply;
        }
        List<String> parts = parts(reply);
        List<String> groups = new ArrayList<>();
        for (int i = 1; i < parts.size(); i += together) {
            groups.add(String.join("", parts.subList(i, Math.min(i + together, parts.size()))));
        }
        return Stream.concat(Stream.of(parts.getFirst()), groups.stream().sorted()).reduce("", String::concat);
    }

    private static String sortedWithin(String reply) {
        if ("*~%>".indexOf(reply.charAt(0)) < 0) {
            return reply;
        }
        List<String> parts = parts(reply);
        Stream<String> elements = parts.stream().skip(1).map(ReplyRules::sortedWithin).sorted();
        return Stream.concat(Stream.of(parts.getFirst()), elements).reduce("", String::concat);
    }

    private static String page(String reply, int together) {
        if (reply.charAt(0) != '*') {
            return reply;
        }
        List<String> parts = parts(reply);
        return parts.get(0) + parts.get(1) + sorted(parts.get(2), together);
    }

    /** The head of an aggregate, and each of its elements as it came. */
    private static List<String> parts(String reply) {
        List<String> parts = new ArrayList<>();
        int at = reply.indexOf('\n') + 1;
        parts.add(reply.substring(0, at));
        while (at < reply.length()) {
            int end = end(reply, at);
            parts.add(reply.substring(at, end));
            at = end;
        }
        return parts;
    }

    private static int end(String reply, int from) {
        int lineEnd = reply.indexOf("\r\n", from);
        int next = lineEnd + 2;
        int elements = switch (reply.charAt(from)) {
            case '$', '=', '!' -> {
                int length = Integer.parseInt(reply, from + 1, lineEnd, 10);
                next += length < 0 ? 0 : length + 2;
                yield 0;
            }
            case '*', '~', '>' -> Integer.parseInt(reply, from + 1, lineEnd, 10);
            case '%' -> 2 * Integer.parseInt(reply, from + 1, lineEnd, 10);
            default -> 0;
        };
        for (int i = 0; i < elements; i++) {
            next = end(reply, next);
        }
        return next;
    }
}
