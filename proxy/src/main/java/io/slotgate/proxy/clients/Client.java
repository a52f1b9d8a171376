package io.slotgate.proxy.clients;

import io.slotgate.proxy.facade.ClientState;

/** One connected client as the commands of others see it. All calls come on its worker's event loop. */
public interface Client {
    ClientState client();

    /** Bytes of replies that wait for it to read them, as of the last look. */
    long unread();

    /** Closes its connection now. */
    void kill();

    /** Closes its connection when everything under way is answered. */
    void leave();

    /** Has it look again at the command that a pause held back. */
    void released();

    /**
     * Ends the wait of a blocking command.
     *
     * @param error whether the command is answered with an error; else as if its time had run out
     * @return false if the client does not wait in one
     */
    boolean unblock(boolean error);
}
