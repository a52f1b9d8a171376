package io.slotgate.proxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A stream of replies of every type that RESP2 and RESP3 have, nested, and where each ends. */
final class RandomReplies {
    private static final String[] LINES = {"+OK", "-ERR no", "-MOVED 1 127.0.0.1:1", ":0", ":-9223372036854775808", "_",
        ",3.14", ",-inf", ",nan", "#t", "#f", "(3492890328409238509324850943850943825024385", "+", "$-1", "*-1"};

    private final Random random;
    private final StringBuilder stream = new StringBuilder();
    private final List<Integer> ends = new ArrayList<>();

    RandomReplies(Random random, int count) {
        this.random = random;
        for (int i = 0; i < count; i++) {
            addReply();
            ends.add(stream.length());
        }
    }

    byte[] bytes() {
        return TestBytes.bytes(stream.toString());
    }

    /** Behind each reply. */
    List<Integer> ends() {
        return ends;
    }

    private void addReply() {
        if (random.nextInt(10) == 0) {
            addAggregate('>', 1, 3);
        } else {
            addValue(3);
        }
    }

    private void addValue(int depth) {
        if (random.nextInt(10) == 0) {
            addAttribute(depth);
        }
        int kind = random.nextInt(depth > 0 ? 14 : 8);
        switch (kind) {
            case 0, 1, 2 -> addString('$', randomText());
            case 3 -> addString('!', randomText());
            case 4 -> addString('=', "txt:" + randomText());
            case 5 -> addStreamedString();
            case 6, 7 -> stream.append(LINES[random.nextInt(LINES.length)]).append("\r\n");
            case 8, 9 -> addAggregate('*', 1, depth);
            case 10 -> addAggregate('%', 2, depth);
            case 11 -> addAggregate('~', 1, depth);
            case 12 -> addStreamedAggregate("*~".charAt(random.nextInt(2)), 1, depth);
            default -> addStreamedAggregate('%', 2, depth);
        }
    }

    private void addAttribute(int depth) {
        if (random.nextInt(4) == 0 && depth > 0) {
            addStreamedAggregate('|', 2, depth);
        } else {
            addAggregate('|', 2, depth);
        }
    }

    private void addAggregate(char type, int perEntry, int depth) {
        int entries = random.nextInt(4);
        stream.append(type).append(entries).append("\r\n");
        addValues(entries * perEntry, depth);
    }

    private void addStreamedAggregate(char type, int perEntry, int depth) {
        stream.append(type).append("?\r\n");
        addValues(random.nextInt(4) * perEntry, depth);
        stream.append(".\r\n");
    }

    private void addValues(int count, int depth) {
        for (int i = 0; i < count; i++) {
            addValue(depth - 1);
        }
    }

    private void addStreamedString() {
        stream.append("$?\r\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            addString(';', "x" + randomText());
        }
        stream.append(";0\r\n");
    }

    private void addString(char type, String text) {
        stream.append(type).append(text.length()).append("\r\n").append(text).append("\r\n");
    }

    private String randomText() {
        return TestBytes.text(TestBytes.garbage(random, random.nextInt(random.nextInt(10) == 0 ? 2000 : 20)));
    }
}
