package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * A command that is not passed on, and the reason as the reply says it. Immutable; asked on the hot path for those few
 * commands that have one.
 */
public final class Refusal implements LocalCommand {
    private final String text;
    private final String reason;
    private final Predicate<RequestFrame> condition;
    private final boolean leavesSome;
    private final byte[] reply;

    private Refusal(String text, String reason) {
        this(text, reason, frame -> true, false);
    }

    private Refusal(String text, String reason, Predicate<RequestFrame> condition, boolean leavesSome) {
        this.text = text;
        this.reason = reason;
        this.condition = condition;
        this.leavesSome = leavesSome;
        this.reply = ("-ERR Slotgate: " + text + ": " + reason + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** @param command as a user writes it: {@code CLIENT TRACKING} */
    static Refusal notSupported(String command, String reason) {
        return new Refusal(command + " is not supported", reason);
    }

    static Refusal refused(String command, String reason) {
        return new Refusal(command + " is refused", reason);
    }

    /** Refuses only some forms of a command. */
    static Refusal refusedForm(String command, String reason, Predicate<RequestFrame> form) {
        return new Refusal(command + " is refused", reason, form, true);
    }

    /** Refuses CONFIG GET only where it may show a password. */
    static Refusal refusedForSecrets(String command, String reason) {
        return new Refusal(command + " of these names is refused", reason, SecretSettings::askedFor, true);
    }

    /** Whether this call is refused; a refusal may leave harmless forms of its command alone. */
    public boolean appliesTo(RequestFrame frame) {
        return condition.test(frame);
    }

    /** Whether it refuses some forms of its command only. */
    public boolean leavesSome() {
        return leavesSome;
    }

    /** What is refused, for documentation: {@code XREAD with BLOCK is not supported}. */
    public String text() {
        return text;
    }

    /** Why, for documentation: no capital letter, no full stop. */
    public String reason() {
        return reason;
    }

    @Override
    public void answer(RequestFrame frame, ClientState client, ByteBuf out) {
        out.writeBytes(reply);
    }
}
