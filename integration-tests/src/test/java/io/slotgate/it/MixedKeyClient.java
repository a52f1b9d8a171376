package io.slotgate.it;

import java.util.function.Supplier;

/** A way to write and read mixed keys without waiting for each reply. */
interface MixedKeyClient {
    /** Sends the commands that make the key; the supplier gives the last one's reply, or fails as it did. */
    Supplier<Object> write(MixedKey key);

    /** Sends the command that reads the whole key; the supplier gives what {@link MixedKey#expected} shall be. */
    Supplier<Object> read(MixedKey key);
}
