package io.slotgate.proxy.facade;

import java.util.ArrayList;
import java.util.List;

/** Bytes (as ISO 8859-1 text) in a line that an editor shows: {@code \r \n \\ \xHH}. */
final class Escapes {
    private Escapes() {}

    static String escape(String bytes) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            switch (c) {
                case '\r' -> line.append("\\r");
                case '\n' -> line.append("\\n");
                case '\\' -> line.append("\\\\");
                default -> line.append(c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\x%02x", (int) c));
            }
        }
        return line.toString();
    }

    static String unescape(String line) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != '\\') {
                bytes.append(c);
                continue;
            }
            char kind = line.charAt(++i);
            switch (kind) {
                case 'r' -> bytes.append('\r');
                case 'n' -> bytes.append('\n');
                case 'x' -> {
                    bytes.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> bytes.append(kind);
            }
        }
        return bytes.toString();
    }

    /** The arguments of a command line: separated by single spaces, a space in an argument as {@code \x20}, none as "". */
    static List<String> arguments(String line) {
        List<String> arguments = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            arguments.add(word.equals("\"\"") ? "" : unescape(word));
        }
        return arguments;
    }
}
