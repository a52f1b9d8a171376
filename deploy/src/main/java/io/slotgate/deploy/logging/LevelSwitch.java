package io.slotgate.deploy.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.slotgate.admin.settings.LogLevels;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Changes the level of our own messages while the program runs. Any thread. */
public final class LevelSwitch implements LogLevels {
    private static final String OWN = "io.slotgate";

    @Override
    public String level() {
        return logger().getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public void level(String word) {
        logger().setLevel(Level.valueOf(word));
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(OWN);
    }
}
