package io.slotgate.proxy.session;

import io.slotgate.proxy.facade.ClientTracking;
import io.slotgate.proxy.facade.Integers;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of CLIENT TRACKING, read in the server's order, so that what is wrong with them first is what the reply says.
 *
 * @see <a href="https://valkey.io/commands/client-tracking/">CLIENT TRACKING</a>
 */
final class TrackingOptions {
    private static final String SYNTAX = "ERR syntax error";
    private static final String OTHER_MODE = " before disabling tracking for this client, and then re-enabling it with"
            + " a different mode.";

    private boolean bcast;
    private boolean optIn;
    private boolean optOut;
    private boolean noLoop;
    private OptionalLong redirect = OptionalLong.empty();
    private final List<String> prefixes = new ArrayList<>();
    private @Nullable String error;
    private boolean on;

    private TrackingOptions() {}

    static TrackingOptions read(RequestFrame frame) {
        TrackingOptions options = new TrackingOptions();
        options.error = options.readAll(frame);
        return options;
    }

    private @Nullable String readAll(RequestFrame frame) {
        for (int i = 3; i < frame.argc(); i++) {
            boolean more = i + 1 < frame.argc();
            if (frame.is(i, "redirect") && more) {
                i++;
                if (redirect.isPresent() && redirect.getAsLong() != 0) {
                    return "ERR A client can only redirect to a single other client";
                }
                redirect = Integers.parse(frame, i);
                if (redirect.isEmpty()) {
                    return "ERR value is not an integer or out of range";
                }
            } else if (frame.is(i, "prefix") && more) {
                i++;
                prefixes.add(frame.text(i));
            } else if (frame.is(i, "bcast")) {
                bcast = true;
            } else if (frame.is(i, "optin")) {
                optIn = true;
            } else if (frame.is(i, "optout")) {
                optOut = true;
            } else if (frame.is(i, "noloop")) {
                noLoop = true;
            } else {
                return SYNTAX;
            }
        }
        on = frame.is(2, "on");
        return on || frame.is(2, "off") ? null : SYNTAX;
    }

    /** The client that is to get the invalidations, if one is named: it must be there, whatever else is wrong. */
    OptionalLong redirect() {
        return redirect;
    }

    /** What is wrong with the arguments behind that client; null if nothing is. */
    @Nullable
    String error() {
        return error;
    }

    boolean on() {
        return on;
    }

    /** What is wrong with turning tracking on like this; null if nothing is. */
    @Nullable
    String conflict(@Nullable ClientTracking before) {
        if (!bcast && !prefixes.isEmpty()) {
            return "ERR PREFIX option requires BCAST mode to be enabled";
        }
        if (before != null && before.bcast() != bcast) {
            return "ERR You can't switch BCAST mode on/off" + OTHER_MODE;
        }
        if (bcast && (optIn || optOut)) {
            return "ERR OPTIN and OPTOUT are not compatible with BCAST";
        }
        if (optIn && optOut) {
            return "ERR You can't specify both OPTIN mode and OPTOUT mode";
        }
        if (before != null && ((optIn && before.optOut()) || (optOut && before.optIn()))) {
            return "ERR You can't switch OPTIN/OPTOUT mode" + OTHER_MODE;
        }
        return bcast ? collision(before == null ? List.of() : before.prefixes()) : null;
    }

    private @Nullable String collision(List<String> existing) {
        for (int i = 0; i < prefixes.size(); i++) {
            String prefix = prefixes.get(i);
            for (String other : existing) {
                if (overlap(prefix, other)) {
                    return overlaps(prefix, "an existing", other);
                }
            }
            for (String other : prefixes.subList(i + 1, prefixes.size())) {
                if (overlap(prefix, other)) {
                    return overlaps(prefix, "another provided", other);
                }
            }
        }
        return null;
    }

    private static boolean overlap(String one, String other) {
        return one.startsWith(other) || other.startsWith(one);
    }

    private static String overlaps(String prefix, String which, String other) {
        return "ERR Prefix '" + prefix + "' overlaps with " + which + " prefix '" + other
                + "'. Prefixes for a single client must not overlap.";
    }

    /** How a client tracks from now on. */
    ClientTracking applied(@Nullable ClientTracking before) {
        TreeSet<String> all = new TreeSet<>();
        if (bcast) {
            all.addAll(before == null ? List.of() : before.prefixes());
            all.addAll(prefixes.isEmpty() ? List.of("") : prefixes);
        }
        return new ClientTracking(bcast, optIn, optOut, noLoop, before != null && before.caching(), false,
                redirect.orElse(0), List.copyOf(all));
    }
}
