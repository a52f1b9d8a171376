package io.slotgate.topology.discovery;

/** A node's reply is not what its command is documented to answer; the message names the place. */
final class MalformedReplyException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_EXCERPT = 160;

    MalformedReplyException(String message) {
        super(message);
    }

    /** {@code text} fit for a message: one line, printable, not long. */
    static String excerpt(String text) {
        StringBuilder excerpt = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), LONGEST_EXCERPT); i++) {
            char c = text.charAt(i);
            excerpt.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.length() > LONGEST_EXCERPT ? excerpt + "..." : excerpt.toString();
    }
}
