package io.slotgate.deploy.operator;

import tools.jackson.databind.JsonNode;

/** What changed between two looks at a proxy's figures. */
final class Rates {
    private final JsonNode before;
    private final JsonNode now;
    private final double seconds;

    /** @param earlier body of {@code /figures}, and {@code later} the same after some time */
    Rates(JsonNode earlier, JsonNode later) {
        this.before = earlier.path("figures");
        this.now = later.path("figures");
        this.seconds = seconds(earlier, later);
    }

    /** What lies between two bodies that say when they were true. */
    static double seconds(JsonNode earlier, JsonNode later) {
        return (Text.number(later, "atMillis") - Text.number(earlier, "atMillis")) / 1e3;
    }

    /** As it is now. */
    long now(String figure) {
        return now.path("slotgate." + figure).asLong(0);
    }

    /** How much it grew in each second. */
    double perSecond(String figure) {
        // A proxy that was started again counts from zero.
        long grown = Math.max(0, now(figure) - before.path("slotgate." + figure).asLong(0));
        return seconds > 0 ? grown / seconds : 0;
    }
}
