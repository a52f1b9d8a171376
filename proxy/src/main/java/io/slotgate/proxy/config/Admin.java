package io.slotgate.proxy.config;

/**
 * The admin API.
 *
 * @param enabled whether it is served at all
 * @param endpoint where
 */
public record Admin(boolean enabled, Endpoint endpoint) {
    public static Admin defaults() {
        return new Admin(true, new Endpoint("127.0.0.1", 8080));
    }
}
