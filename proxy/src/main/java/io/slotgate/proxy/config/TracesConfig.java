package io.slotgate.proxy.config;

import java.net.URI;

/**
 * Which commands are told to a collector of traces.
 *
 * @param endpoint where spans are sent by OTLP over HTTP, such as {@code http://collector:4318/v1/traces}
 * @param oneIn one of how many commands is told, by chance, 1..1000000000; 0: none but slow ones
 * @param slow whether commands are told that took as long as {@code slowlog.log-slower-than}
 */
public record TracesConfig(URI endpoint, int oneIn, boolean slow) {
    static final int DEFAULT_ONE_IN = 1000;

    public TracesConfig {
        Problems problems = new Problems();
        String scheme = endpoint.getScheme();
        if (scheme == null || endpoint.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            problems.unexpected("endpoint", Units.quoted(endpoint.toString()),
                    "a URL such as http://collector:4318/v1/traces");
        }
        problems.range("one-in", oneIn, 0, 1_000_000_000);
        problems.throwIfAny();
    }
}
