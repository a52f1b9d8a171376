package io.slotgate.deploy.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * A message as one line of JSON: when, how serious, from where, what, and its keys with their values, which are all listed in
 * {@code docs/logging.md}. Numbers and truth values are such, all else is text. Any thread.
 */
final class JsonLine extends EncoderBase<ILoggingEvent> {
    /** What every line may have; no key of a message is named so. */
    static final Set<String> OWN = Set.of("at", "level", "logger", "thread", "message", "error", "stack");
    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256).append('{');
        member(line, "at", event.getInstant().toString());
        member(line, "level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        member(line, "logger", event.getLoggerName());
        member(line, "thread", event.getThreadName());
        member(line, "message", event.getFormattedMessage());
        keys(line, event.getKeyValuePairs());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            member(line, "error", thrown.getClassName() + ": " + thrown.getMessage());
            member(line, "stack", ThrowableProxyUtil.asString(thrown));
        }
        return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void keys(StringBuilder line, @Nullable List<KeyValuePair> pairs) {
        if (pairs == null) {
            return;
        }
        Set<String> seen = new HashSet<>(OWN);
        for (KeyValuePair pair : pairs) {
            // A second one of the same name would make the line no JSON for many.
            if (seen.add(pair.key)) {
                member(line, pair.key, pair.value);
            }
        }
    }

    private static void member(StringBuilder line, String name, @Nullable Object value) {
        if (line.length() > 1) {
            line.append(',');
        }
        text(line, name);
        line.append(':');
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long
                || (value instanceof Double number && Double.isFinite(number))) {
            line.append(value);
        } else {
            text(line, String.valueOf(value));
        }
    }

    private static void text(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c)) {
                        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
