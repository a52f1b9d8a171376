package io.slotgate.proxy.config;

/**
 * One thing wrong with a configuration.
 *
 * @param path where: {@code limits.pending-per-session}, {@code upstream.seeds[1]}, or a line of the file; empty for the
 * whole of it
 * @param message the value found and what was expected
 */
public record Problem(String path, String message) {
    /** The same problem, seen from a section further out. */
    Problem below(String outer) {
        if (outer.isEmpty()) {
            return this;
        }
        return new Problem(path.isEmpty() || path.startsWith("[") ? outer + path : outer + "." + path, message);
    }

    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
