package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CLIENT CACHING, GETREDIR and TRACKINGINFO, which concern only what a client that tracks is told of itself.
 *
 * @see <a href="https://valkey.io/commands/client-caching/">CLIENT CACHING</a>
 * @see <a href="https://valkey.io/commands/client-trackinginfo/">CLIENT TRACKINGINFO</a>
 */
final class TrackingReplies {
    private static final byte[] NOT_TRACKING = Replies.bytes(
            "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled\r\n");
    private static final byte[] NOT_OPT_IN = Replies
            .bytes("-ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.\r\n");
    private static final byte[] NOT_OPT_OUT = Replies
            .bytes("-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.\r\n");

    private TrackingReplies() {}

    static void addTo(Map<String, LocalCommand> commands) {
        commands.put("client|getredir", (frame, client, out) -> ReplyWriter.integer(out, redirect(client)));
        commands.put("client|trackinginfo", TrackingReplies::info);
        commands.put("client|caching", TrackingReplies::caching);
    }

    static long redirect(ClientState client) {
        ClientTracking tracking = client.tracking();
        return tracking == null ? -1 : tracking.redirect();
    }

    private static void info(RequestFrame frame, ClientState client, ByteBuf out) {
        ClientTracking tracking = client.tracking();
        List<String> flags = flags(tracking);
        ReplyWriter.map(out, 3, client.protocol());
        ReplyWriter.bulk(out, "flags");
        ReplyWriter.set(out, flags.size(), client.protocol());
        flags.forEach(flag -> ReplyWriter.bulk(out, flag));
        ReplyWriter.bulk(out, "redirect");
        ReplyWriter.integer(out, redirect(client));
        ReplyWriter.bulk(out, "prefixes");
        List<String> prefixes = tracking == null ? List.of() : tracking.prefixes();
        ReplyWriter.array(out, prefixes.size());
        prefixes.forEach(prefix -> ReplyWriter.bulk(out, prefix.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static List<String> flags(@Nullable ClientTracking tracking) {
        if (tracking == null) {
            return List.of("off");
        }
        List<String> flags = new ArrayList<>(List.of("on"));
        if (tracking.bcast()) {
            flags.add("bcast");
        }
        if (tracking.optIn()) {
            flags.add("optin");
            if (tracking.caching()) {
                flags.add("caching-yes");
            }
        }
        if (tracking.optOut()) {
            flags.add("optout");
            if (tracking.caching()) {
                flags.add("caching-no");
            }
        }
        if (tracking.noLoop()) {
            flags.add("noloop");
        }
        if (tracking.brokenRedirect()) {
            flags.add("broken_redirect");
        }
        return flags;
    }

    private static void caching(RequestFrame frame, ClientState client, ByteBuf out) {
        ClientTracking tracking = client.tracking();
        boolean yes = frame.is(2, "yes");
        if (tracking == null) {
            out.writeBytes(NOT_TRACKING);
        } else if (!yes && !frame.is(2, "no")) {
            out.writeBytes(Replies.SYNTAX_ERROR);
        } else if (yes ? !tracking.optIn() : !tracking.optOut()) {
            out.writeBytes(yes ? NOT_OPT_IN : NOT_OPT_OUT);
        } else {
            client.tracking(tracking.withCaching(true));
            out.writeBytes(Replies.OK);
        }
    }
}
