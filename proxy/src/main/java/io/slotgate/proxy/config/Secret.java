package io.slotgate.proxy.config;

import org.jspecify.annotations.Nullable;

/** A password: told only to who asks for it by {@link #reveal}, never by {@link #toString}, so it can't slip into a log. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** @throws ConfigException if {@code value} is empty */
    public static Secret of(String value) {
        if (value.isEmpty()) {
            Problems problems = new Problems();
            problems.unexpected("", "empty", "a password");
            problems.throwIfAny();
        }
        return new Secret(value);
    }

    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && value.equals(secret.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "******";
    }
}
