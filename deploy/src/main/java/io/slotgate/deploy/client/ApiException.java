package io.slotgate.deploy.client;

import java.io.IOException;
import java.util.List;

/** A question that was not answered as it should have been. */
public abstract sealed class ApiException extends IOException {
    private static final long serialVersionUID = 1;

    private ApiException(String message, Throwable cause) {
        super(message, cause);
    }

    private ApiException(String message) {
        super(message);
    }

    /** Nobody answered, or not in a way that can be understood: what was asked for may have been done all the same. */
    public static final class Unreachable extends ApiException {
        private static final long serialVersionUID = 1;

        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }

        public Unreachable(String message) {
            super(message);
        }
    }

    /** The API answered with a problem (RFC 9457). */
    public static final class Refused extends ApiException {
        private static final long serialVersionUID = 1;

        private final int status;
        private final transient List<String> errors;

        /** @param errors what was wrong with single fields, a line for each */
        Refused(int status, String detail, List<String> errors) {
            super(detail);
            this.status = status;
            this.errors = List.copyOf(errors);
        }

        /** The HTTP status, 400..599. */
        public int status() {
            return status;
        }

        /** Whether it is for the lack of a token, or of a role. */
        public boolean isForLackOfRights() {
            return status == 401 || status == 403;
        }

        public List<String> errors() {
            return errors;
        }
    }
}
