package io.slotgate.admin.http;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that name another host than this machine. A page of a foreign site can make a browser that runs here send
 * requests to a loopback address under that site's name (DNS rebinding), and would be let read the answers.
 */
public final class HostCheck {
    private final String configured;

    /** @param configured the host of the endpoint, which is always right */
    public HostCheck(String configured) {
        this.configured = configured;
    }

    /** @throws Refusal 421, if the request was not meant for us */
    public void check(Context context) {
        String host = context.header("Host");
        if (!allows(host)) {
            throw new Refusal(421, new FieldProblem("Host", String.valueOf(host), "localhost or a loopback address"));
        }
    }

    /** @param header null where it is missing, as HTTP/1.0 allows; browsers always send it */
    boolean allows(@Nullable String header) {
        if (header == null) {
            return true;
        }
        String name = withoutPort(header);
        return name.equalsIgnoreCase("localhost") || name.equalsIgnoreCase(configured) || name.equals("::1")
                || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    private static String withoutPort(String header) {
        if (header.startsWith("[")) {
            int end = header.indexOf(']');
            return end < 0 ? header : header.substring(1, end);
        }
        int colon = header.indexOf(':');
        return colon < 0 ? header : header.substring(0, colon);
    }
}
