package io.slotgate.proxy.facade;

/**
 * Which commands of a client are answered.
 *
 * @see <a href="https://valkey.io/commands/client-reply/">CLIENT REPLY</a>
 */
public enum ReplyMode {
    /** All of them. */
    ON,
    /** None. */
    OFF,
    /** All but the next one. */
    SKIP_NEXT
}
