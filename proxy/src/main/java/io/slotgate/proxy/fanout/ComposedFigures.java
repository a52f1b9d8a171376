package io.slotgate.proxy.fanout;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of INFO with several figures, {@code keys=1,expires=0,avg_ttl=0}, of several nodes made one. */
final class ComposedFigures {
    private ComposedFigures() {}

    /** @param largest whether the largest of each figure is to be taken: percentiles don't add up */
    static String merged(List<String> values, boolean largest) {
        Map<String, BigDecimal> figures = new LinkedHashMap<>();
        BigDecimal lifetime = BigDecimal.ZERO;
        for (String value : values) {
            Map<String, BigDecimal> one = read(value);
            one.forEach((name, figure) -> figures.merge(name, figure, largest ? BigDecimal::max : BigDecimal::add));
            lifetime = lifetime
                    .add(figure(one, "avg_ttl").multiply(figure(one, "expires")));
        }
        average(figures, "avg_ttl", lifetime, figure(figures, "expires"), 0);
        average(figures, "usec_per_call", figure(figures, "usec"), figure(figures, "calls"), 2);
        StringBuilder text = new StringBuilder();
        figures.forEach((name, figure) -> text.append(text.isEmpty() ? "" : ",").append(name).append('=')
                .append(figure.toPlainString()));
        return text.toString();
    }

    private static Map<String, BigDecimal> read(String value) {
        Map<String, BigDecimal> figures = new LinkedHashMap<>();
        for (String figure : value.split(",", -1)) {
            int equals = figure.indexOf('=');
            if (equals < 0) {
                throw new IllegalStateException("figure: " + figure + " (expected: name=number)");
            }
            figures.put(figure.substring(0, equals), new BigDecimal(figure.substring(equals + 1)));
        }
        return figures;
    }

    private static BigDecimal figure(Map<String, BigDecimal> figures, String name) {
        return figures.getOrDefault(name, BigDecimal.ZERO);
    }

    /** A mean does not add up: it is the sum through the number of all. */
    private static void average(Map<String, BigDecimal> figures, String name, BigDecimal sum, BigDecimal count,
            int digits) {
        if (figures.containsKey(name)) {
            figures.put(name, count.signum() == 0
                    ? BigDecimal.ZERO.setScale(digits)
                    : sum.divide(count, digits, RoundingMode.HALF_UP));
        }
    }
}
