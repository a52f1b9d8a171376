package io.slotgate.proxy.plane;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** EVAL, EVALSHA and SCRIPT of fake nodes: whatever the script is, it answers its last argument. Any thread. */
public final class FakeScripts {
    private final List<Set<String>> loaded = new ArrayList<>();

    FakeScripts(int nodes) {
        for (int i = 0; i < nodes; i++) {
            loaded.add(new HashSet<>());
        }
    }

    /** Whether node {@code i} has the script of this digest. */
    public synchronized boolean has(int i, String sha) {
        return loaded.get(i).contains(sha.toLowerCase(Locale.ROOT));
    }

    /** Node {@code i} has no script any more. */
    public synchronized void forget(int i) {
        loaded.get(i).clear();
    }

    synchronized Answer answer(int node, Command command) {
        Set<String> scripts = loaded.get(node);
        List<String> words = command.words();
        return switch (command.name()) {
            case "eval" -> {
                scripts.add(sha(words.get(1)));
                yield Answer.bulk(words.getLast());
            }
            case "evalsha" -> has(node, words.get(1))
                    ? Answer.bulk(words.getLast())
                    : Answer.error("NOSCRIPT No matching script. Please use EVAL.");
            default -> script(words, scripts);
        };
    }

    private static Answer script(List<String> words, Set<String> scripts) {
        return switch (words.get(1).toLowerCase(Locale.ROOT)) {
            case "load" -> {
                scripts.add(sha(words.get(2)));
                yield Answer.bulk(sha(words.get(2)));
            }
            case "flush" -> {
                scripts.clear();
                yield Answer.OK;
            }
            default -> {
                StringBuilder known = new StringBuilder("*" + (words.size() - 2) + "\r\n");
                words.subList(2, words.size())
                        .forEach(sha -> known.append(scripts.contains(sha) ? ":1\r\n" : ":0\r\n"));
                yield Answer.raw(known.toString());
            }
        };
    }

    static List<String> keys(Command command) {
        return command.words().subList(3, 3 + Integer.parseInt(command.word(2)));
    }

    /** A script's digest, in lower case. */
    public static String sha(String body) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-1").digest(body.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
