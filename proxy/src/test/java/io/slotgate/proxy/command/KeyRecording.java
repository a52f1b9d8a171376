package io.slotgate.proxy.command;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a real server said of one argument vector.
 *
 * @param getKeys answer of COMMAND GETKEYS: the keys, none if it refused with {@code refusal}
 * @param refusal "" or how COMMAND GETKEYS refused: {@code nokeys}, {@code arity} or {@code invalid}
 * @param route what a cluster node without slots did with the command: {@code local} it tried it itself, {@code cross} it
 *        answered CROSSSLOT, else the slot of its MOVED
 */
record KeyRecording(List<String> args, List<String> getKeys, String refusal, String route) {
    private static final String NO_KEYS = "!";

    /** {@code route TAB !refusal or keys TAB arguments}; keys and arguments separated by spaces, coded as in a URL query. */
    String line() {
        String keys = getKeys.isEmpty() ? NO_KEYS + refusal : encode(getKeys);
        return route + "\t" + keys + "\t" + encode(args);
    }

    static KeyRecording parse(String line) {
        String[] columns = line.split("\t", -1);
        boolean none = columns[1].startsWith(NO_KEYS);
        return new KeyRecording(decode(columns[2]), none ? List.of() : decode(columns[1]),
                none ? columns[1].substring(NO_KEYS.length()) : "", columns[0]);
    }

    private static String encode(List<String> words) {
        List<String> coded = new ArrayList<>();
        for (String word : words) {
            coded.add(word.isEmpty() ? "%" : URLEncoder.encode(word, StandardCharsets.ISO_8859_1));
        }
        return String.join(" ", coded);
    }

    private static List<String> decode(String text) {
        return Arrays.stream(text.split(" "))
                .map(word -> word.equals("%") ? "" : URLDecoder.decode(word, StandardCharsets.ISO_8859_1)).toList();
    }
}
