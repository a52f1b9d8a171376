package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.ApiException;
import java.io.PrintWriter;

/**
 * How a command that asks a running proxy ends when it was not answered as it should have been: 1 if the proxy refused, 3 if it can't be
 * reached, 4 if it wants a token, or another one. 2 is what wrong arguments end with.
 */
public final class Problems {
    private static final int UNREACHABLE = 3;
    private static final int NOT_ALLOWED = 4;

    private Problems() {}

    /** Says what was wrong, all of it. */
    public static void report(ApiException problem, PrintWriter err) {
        err.println(Text.safe(String.valueOf(problem.getMessage())));
        if (problem instanceof ApiException.Refused refused) {
            refused.errors().stream().filter(error -> !error.equals(problem.getMessage())).map(Text::safe)
                    .forEach(error -> err.println("  " + error));
        }
    }

    public static int exitCode(ApiException problem) {
        return switch (problem) {
            case ApiException.Unreachable unreachable -> UNREACHABLE;
            case ApiException.Refused refused -> refused.isForLackOfRights() ? NOT_ALLOWED : ApiCommand.FAILED;
        };
    }
}
