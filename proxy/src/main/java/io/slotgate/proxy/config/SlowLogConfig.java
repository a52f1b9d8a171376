package io.slotgate.proxy.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's own slow log.
 *
 * @param logSlowerThan commands that take so long or longer are kept, 0 to 1 h; null: none are
 * @param maxLen how many are kept, 0..100000
 */
public record SlowLogConfig(@Nullable Duration logSlowerThan, int maxLen) {
    static final Duration DEFAULT_LOG_SLOWER_THAN = Duration.ofMillis(10);

    public SlowLogConfig {
        Problems problems = new Problems();
        if (logSlowerThan != null) {
            problems.duration("log-slower-than", logSlowerThan, Duration.ZERO, Duration.ofHours(1));
        }
        problems.range("max-len", maxLen, 0, 100_000);
        problems.throwIfAny();
    }

    public static SlowLogConfig defaults() {
        return new SlowLogConfig(DEFAULT_LOG_SLOWER_THAN, 128);
    }
}
