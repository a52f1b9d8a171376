package io.slotgate.proxy.upstream;

import java.io.IOException;

/** A node does not let us in as who we say we are. */
public final class GreetingRefusedException extends IOException {
    GreetingRefusedException(String error) {
        super(error);
    }

    /** Whether the node will accept it later: it loads its data, or runs a script and then refuses SELECT, whoever asks. */
    public boolean passes() {
        String error = String.valueOf(getMessage());
        return error.startsWith("BUSY ") || error.startsWith("LOADING ");
    }
}
