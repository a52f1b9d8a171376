package io.slotgate.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mixed keys through the servers' command-line client: commands on its standard input, replies on its standard output in the
 * form for people, {@code 1) "a\x00b"}, which alone shows where one ends and every byte of it.
 */
final class CliKeys implements MixedKeyClient {
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:x([0-9a-f]{2})|(.))");
    /** An entry of a stream: its id, its field, its value. */
    private static final int ENTRY = 3;

    private final List<String> command;
    private final StringBuilder input = new StringBuilder();
    /** The lines that each key was answered with. */
    private final List<List<String>> replies = new ArrayList<>();
    private int keys;

    /** @param options {@code -c}, or none */
    CliKeys(Clients clients, String... options) {
        this.command = ServerTools.overTls(ServerTools.cli(), clients, options);
        this.command.add("--no-raw");
    }

    @Override
    public Supplier<Object> write(MixedKey key) {
        switch (key.kind()) {
            case STRING -> send("SET", key.name(), key.element(0));
            case HASH, LIST, SET, SORTED_SET -> {
                List<byte[]> arguments = new ArrayList<>(List.of(key.name()));
                for (int i = 0; i < key.size(); i++) {
                    switch (key.kind()) {
                        case HASH -> arguments.add(bytes(Integer.toString(i)));
                        case SORTED_SET -> arguments.add(bytes(Double.toString(key.score(i))));
                        default -> {
                        }
                    }
                    arguments.add(key.element(i));
                }
                send(writing(key.kind()), arguments.toArray(byte[][]::new));
            }
            case STREAM -> {
                for (int i = 0; i < key.size(); i++) {
                    send("XADD", key.name(), bytes("1-" + (i + 1)), bytes("f"), key.element(i));
                }
            }
        }
        int reply = endOfKey();
        return () -> {
            List<String> lines = replies.get(reply);
            if (lines.isEmpty() || lines.stream().anyMatch(line -> line.startsWith("(error)"))) {
                throw new AssertionError(key + " was answered with " + lines);
            }
            return lines;
        };
    }

    private static String writing(MixedKey.Kind kind) {
        return switch (kind) {
            case HASH -> "HSET";
            case LIST -> "RPUSH";
            case SET -> "SADD";
            default -> "ZADD";
        };
    }

    @Override
    public Supplier<Object> read(MixedKey key) {
        switch (key.kind()) {
            case STRING -> send("GET", key.name());
            case HASH -> send("HGETALL", key.name());
            case LIST -> send("LRANGE", key.name(), bytes("0"), bytes("-1"));
            case SET -> send("SMEMBERS", key.name());
            case SORTED_SET -> send("ZRANGE", key.name(), bytes("0"), bytes("-1"), bytes("WITHSCORES"));
            case STREAM -> send("XRANGE", key.name(), bytes("-"), bytes("+"));
        }
        int reply = endOfKey();
        return () -> told(key.kind(), replies.get(reply));
    }

    private static Object told(MixedKey.Kind kind, List<String> lines) {
        List<String> strings = new ArrayList<>();
        for (String line : lines) {
            for (Matcher quoted = QUOTED.matcher(line); quoted.find();) {
                strings.add(unescaped(quoted.group(1)));
            }
        }
        if (strings.isEmpty()) {
            return lines; // An error, or nothing.
        }
        return switch (kind) {
            case STRING -> strings.size() == 1 ? strings.getFirst() : strings;
            case LIST -> strings;
            case SET -> new TreeSet<>(strings);
            case HASH -> fields(strings);
            case SORTED_SET -> scores(strings);
            case STREAM -> entries(strings);
        };
    }

    private static Object fields(List<String> strings) {
        Map<String, String> told = new TreeMap<>();
        for (int i = 0; i + 1 < strings.size(); i += 2) {
            told.put(strings.get(i), strings.get(i + 1));
        }
        return told;
    }

    private static Object scores(List<String> strings) {
        Map<String, Double> told = new TreeMap<>();
        for (int i = 0; i + 1 < strings.size(); i += 2) {
            told.put(strings.get(i), Double.valueOf(strings.get(i + 1)));
        }
        return told;
    }

    private static Object entries(List<String> strings) {
        List<String> told = new ArrayList<>();
        for (int i = ENTRY - 1; i < strings.size(); i += ENTRY) {
            told.add(strings.get(i));
        }
        return told;
    }

    private void send(String name, byte[]... arguments) {
        input.append(name);
        for (byte[] argument : arguments) {
            input.append(" \"");
            for (byte b : argument) {
                boolean plain = b >= ' ' && b <= '~' && b != '"' && b != '\\';
                input.append(plain ? String.valueOf((char) b) : "\\x%02x".formatted(b));
            }
            input.append('"');
        }
        input.append('\n');
    }

    /** What shows where the replies of a key end. */
    private int endOfKey() {
        input.append("ECHO ").append(end(keys)).append('\n');
        return keys++;
    }

    private static String end(int key) {
        return "\"end of key " + key + "\"";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(Wire.BYTES);
    }

    private static String unescaped(String text) {
        return ESCAPED.matcher(text).replaceAll(escaped -> Matcher.quoteReplacement(escaped.group(1) != null
                ? String.valueOf((char) Integer.parseInt(escaped.group(1), 16))
                : switch (escaped.group(2).charAt(0)) {
                    case 'n' -> "\n";
                    case 'r' -> "\r";
                    case 't' -> "\t";
                    case 'a' -> "\u0007";
                    case 'b' -> "\b";
                    default -> escaped.group(2);
                }));
    }

    /** Has the client do what was asked since the last time. */
    void run() {
        String said = ServerTools.run(command, input.toString());
        input.setLength(0);
        List<String> lines = new ArrayList<>();
        for (String line : said.split("\n", -1)) {
            if (line.equals(end(replies.size()))) {
                replies.add(lines);
                lines = new ArrayList<>();
            } else {
                lines.add(line);
            }
        }
        if (replies.size() != keys) {
            throw new AssertionError("keys answered: " + replies.size() + " of " + keys + ", and then " + lines);
        }
    }
}
