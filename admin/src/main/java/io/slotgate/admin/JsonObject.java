package io.slotgate.admin;

/**
 * A flat JSON object, written by hand: a mapper would take longer to load than the whole server.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
final class JsonObject {
    private final StringBuilder text = new StringBuilder("{");

    JsonObject put(String name, String value) {
        name(name);
        quoted(value);
        return this;
    }

    JsonObject put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonObject put(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quoted(name);
        text.append(':');
    }

    private void quoted(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
