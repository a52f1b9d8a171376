package io.slotgate.proxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A stream of commands in every form that is allowed, and what they are. */
final class RandomRequests {
    private static final String[] EMPTY = {"\r\n", "\n", "  \r\n", "*0\r\n", "*-1\r\n", "*-12\r\n", "\t\u000b\f\r\n"};

    private final Random random;
    private final StringBuilder stream = new StringBuilder();
    private final List<List<String>> commands = new ArrayList<>();

    RandomRequests(Random random, int count) {
        this.random = random;
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(8)) {
                case 0 -> stream.append(EMPTY[random.nextInt(EMPTY.length)]);
                case 1 -> addInline();
                default -> addArray();
            }
        }
    }

    byte[] bytes() {
        return TestBytes.bytes(stream.toString());
    }

    List<List<String>> commands() {
        return commands;
    }

    private void addArray() {
        int argc = random.nextInt(20) == 0 ? 1 + random.nextInt(200) : 1 + random.nextInt(6);
        List<String> command = new ArrayList<>();
        stream.append('*').append(argc).append("\r\n");
        for (int i = 0; i < argc; i++) {
            int length = random.nextInt(30) == 0 ? random.nextInt(3000) : random.nextInt(20);
            String argument = TestBytes.text(TestBytes.garbage(random, length));
            stream.append('$').append(length).append("\r\n").append(argument).append("\r\n");
            command.add(argument);
        }
        commands.add(command);
    }

    private void addInline() {
        List<String> command = new ArrayList<>();
        stream.append(" ".repeat(random.nextInt(2)));
        for (int i = random.nextInt(5); i >= 0; i--) {
            command.add(
                    random.nextBoolean() ? addWord() : random.nextBoolean() ? addDoubleQuoted() : addSingleQuoted());
            stream.append(i > 0 || random.nextBoolean() ? " " : "");
        }
        stream.append(random.nextBoolean() ? "\r\n" : "\n");
        commands.add(command);
    }

    private String addWord() {
        String word = "w" + TestBytes.text(TestBytes.garbage(random, random.nextInt(10))).replaceAll("[\\s\0\"']", "");
        stream.append(word);
        return word;
    }

    private String addDoubleQuoted() {
        String argument = TestBytes.text(TestBytes.garbage(random, random.nextInt(10)));
        stream.append('"');
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            switch (c) {
                case '\n' -> stream.append("\\n");
                case '\r' -> stream.append("\\r");
                case '"' -> stream.append("\\\"");
                case '\\' -> stream.append("\\\\");
                case 0 -> stream.append("\\x00");
                default -> stream.append(random.nextInt(3) == 0 ? String.format("\\x%02X", (int) c) : c);
            }
        }
        stream.append('"');
        return argument;
    }

    private String addSingleQuoted() {
        String argument = TestBytes.text(TestBytes.garbage(random, random.nextInt(10))).replaceAll("[\r\n\0\\\\]", "");
        stream.append('\'').append(argument.replace("'", "\\'")).append('\'');
        return argument;
    }
}
