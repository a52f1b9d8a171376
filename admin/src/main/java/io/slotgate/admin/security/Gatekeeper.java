package io.slotgate.admin.security;

import io.javalin.http.Context;
import io.slotgate.admin.http.ConnectionPlaces;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.proxy.config.AdminToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says who sent a request, and lets nobody do more than their role allows. Without tokens, which only an API on a loopback address may
 * be, everybody on this machine may do everything. Any thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750">RFC 6750, bearer tokens</a>
 */
public final class Gatekeeper {
    private static final String SCHEME = "bearer ";
    private static final String ACTOR = "slotgate.actor";
    /** Longer than any token anybody would make. */
    private static final int LONGEST = 4096;

    private final List<Known> tokens = new ArrayList<>();
    private final FailureLimit failures;
    private final RefusalLog refusals;

    private record Known(String name, Role role, String digest) {}

    /**
     * @param tokens none: whoever reaches us is let in
     * @param refusals is told of everybody who is not
     */
    public Gatekeeper(List<AdminToken> tokens, FailureLimit failures, RefusalLog refusals) {
        this.failures = failures;
        this.refusals = refusals;
        for (AdminToken token : tokens) {
            this.tokens.add(new Known(token.name(), Role.valueOf(token.role().name()), token.sha256()));
        }
    }

    /** Whether requests need a token. */
    public boolean asksForTokens() {
        return !tokens.isEmpty();
    }

    /**
     * Lets a request pass.
     *
     * @throws Refusal 401 without a token that is known, 403 if its role is less than {@code needed}, 429 after too many failures
     */
    public Actor admit(Context context, Role needed) {
        String address = context.ip();
        if (tokens.isEmpty()) {
            return admitted(context, remember(context, new Actor("local", Role.ADMIN, address)));
        }
        long wait = failures.waitSeconds(address);
        if (wait > 0) {
            context.header("Retry-After", String.valueOf(wait));
            refusals.refused(address, 429, true);
            throw new Refusal(429, "too many requests with a wrong token from " + address + ": wait " + wait + " s",
                    new FieldProblem("Authorization", "a wrong token too often", "no request for " + wait + " s"));
        }
        Known known = find(context.header("Authorization"));
        if (known == null) {
            failures.failed(address);
            context.header("WWW-Authenticate", "Bearer realm=\"slotgate\"");
            boolean missing = context.header("Authorization") == null;
            refusals.refused(address, 401, !missing);
            throw new Refusal(401, missing
                    ? "no token (expected: Authorization: Bearer TOKEN)"
                    : "the token is not known",
                    // What it was is nobody's business.
                    new FieldProblem("Authorization", missing ? "missing" : "a token that is not known",
                            "Bearer TOKEN"));
        }
        Actor actor = remember(context, new Actor(known.name(), known.role(), address));
        if (!actor.role().includes(needed)) {
            refusals.refused(address, 403, false);
            throw new Refusal(403, new FieldProblem("role of " + actor.name(), actor.role().word(), needed.word()));
        }
        return admitted(context, actor);
    }

    private static Actor remember(Context context, Actor actor) {
        context.attribute(ACTOR, actor);
        return actor;
    }

    private static Actor admitted(Context context, Actor actor) {
        ConnectionPlaces.keep(context);
        return actor;
    }

    /** Who sent the request; it was admitted. */
    public static Actor actor(Context context) {
        Actor actor = context.attribute(ACTOR);
        if (actor == null) {
            throw new IllegalStateException("not admitted: " + context.path());
        }
        return actor;
    }

    /** Compares with each in the same time, whatever comes. */
    private @Nullable Known find(@Nullable String header) {
        if (header == null || header.length() > LONGEST || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return null;
        }
        byte[] digest = sha256(header.substring(SCHEME.length()).trim());
        Known found = null;
        for (Known token : tokens) {
            if (MessageDigest.isEqual(HexFormat.of().parseHex(token.digest()), digest)) {
                found = token;
            }
        }
        return found;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
