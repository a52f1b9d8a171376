package io.slotgate.deploy.operator;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where pictures are shown, each in the place of the one before if it is a terminal, else one below the other. Leaves the terminal as it was,
 * also on Ctrl-C.
 */
final class Screen implements AutoCloseable {
    private static final String ESCAPE = "\u001b[";
    /** The other page of the terminal, without a cursor. */
    private static final String ENTER = ESCAPE + "?1049h" + ESCAPE + "?25l";
    private static final String LEAVE = ESCAPE + "?25h" + ESCAPE + "?1049l";
    private static final String HOME = ESCAPE + "H";
    private static final String CLEAR_LINE = ESCAPE + "K";
    private static final String CLEAR_REST = ESCAPE + "J";
    private static final int ROWS = 24;

    private final PrintWriter out;
    private final @Nullable Thread leaving;
    private boolean shown;

    private Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.leaving = terminal ? new Thread(this::leave, "leaving") : null;
        if (leaving != null) {
            Runtime.getRuntime().addShutdownHook(leaving);
            out.print(ENTER);
        }
    }

    /** The terminal, if there is one. From JDK 22 to 24 that takes {@code -Djdk.console=java.base}, which the launcher says. */
    @SuppressWarnings("SystemConsoleNull")
    static Screen of(PrintWriter out) {
        return new Screen(out, System.console() != null && !"dumb".equals(System.getenv("TERM")));
    }

    static Screen plain(PrintWriter out) {
        return new Screen(out, false);
    }

    /** Lines of the terminal, as far as is known. */
    static int rows() {
        String told = System.getenv("LINES");
        return told != null && told.matches("\\d{1,4}") ? Integer.parseInt(told) : ROWS;
    }

    void show(List<String> lines) {
        if (leaving != null) {
            // The last line without an end, which would scroll.
            out.print(HOME + String.join(CLEAR_LINE + "\r\n", lines) + CLEAR_LINE + CLEAR_REST);
        } else {
            if (shown) {
                out.println();
            }
            lines.forEach(out::println);
        }
        shown = true;
        out.flush();
    }

    private void leave() {
        out.print(LEAVE);
        out.flush();
    }

    @Override
    public void close() {
        if (leaving == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(leaving);
            leave();
        } catch (IllegalStateException e) {
            // On Ctrl-C the hook does it.
        }
    }
}
