package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.List;

/** {@code HELP} of a container: only what is answered here, in the server's form. */
final class HelpCommand implements LocalCommand {
    private final byte[] reply;

    /** @param lines subcommands and, indented, what they do; HELP itself is added */
    HelpCommand(String container, String lines) {
        List<String> all = lines.lines().toList();
        ByteBuf out = Unpooled.buffer();
        ReplyWriter.array(out, all.size() + 3L);
        ReplyWriter.simple(out, container + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        all.forEach(line -> ReplyWriter.simple(out, line));
        ReplyWriter.simple(out, "HELP");
        ReplyWriter.simple(out, "    Print this help.");
        this.reply = ByteBufUtil.getBytes(out);
    }

    @Override
    public void answer(RequestFrame frame, ClientState client, ByteBuf out) {
        out.writeBytes(reply);
    }
}
