package io.slotgate.admin.settings;

import java.util.List;

/** The log level of our own code. Any thread. */
public interface LogLevels {
    /** From quiet to talkative. */
    List<String> WORDS = List.of("error", "warn", "info", "debug", "trace");

    /** One of {@link #WORDS}. */
    String level();

    /** @param word one of {@link #WORDS} */
    void level(String word);

    /** For a process whose logging is somebody else's: says {@code info} and changes nothing. */
    LogLevels FIXED = new LogLevels() {
        @Override
        public String level() {
            return "info";
        }

        @Override
        public void level(String word) {
            // Nothing to change.
        }
    };
}
