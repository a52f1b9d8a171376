package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one INFO of those of all primaries, in the sections and the order of the first: sums what adds up, and says of us what
 * is ours.
 *
 * @param ours values that are not the nodes', by field
 * @param protocol the client's
 * @see <a href="https://valkey.io/commands/info/">INFO, its fields</a>
 */
record InfoMerge(Map<String, String> ours, int protocol) implements Merge {
    @Override
    public void merge(FanOut parts, ByteBuf out) {
        List<Map<String, InfoSection>> infos = new ArrayList<>();
        for (int i = 0; i < parts.count(); i++) {
            infos.add(read(text(parts.part(i))));
        }
        ReplyWriter.text(out, merged(infos), protocol);
    }

    private static String text(Pending part) {
        ByteBuf reply = part.reply().buffer();
        int start = Frames.behindLine(reply, part.reply().offset());
        int end = part.reply().end() - 2;
        byte type = reply.getByte(part.reply().offset());
        if (type != '$' && type != '=') {
            throw new IllegalStateException("type " + (char) type + " (expected: text)");
        }
        int prefix = type == '=' ? "txt:".length() : 0;
        return reply.toString(start + prefix, Math.max(0, end - start - prefix), StandardCharsets.UTF_8);
    }

    /** The sections by name; lines without a section are in one without a name. */
    private static Map<String, InfoSection> read(String text) {
        Map<String, InfoSection> sections = new LinkedHashMap<>();
        String section = "";
        for (String line : text.split("\r\n", -1)) {
            if (line.startsWith("# ")) {
                section = line.substring(2);
                sections.put(section, new InfoSection());
            } else if (!line.isEmpty()) {
                sections.computeIfAbsent(section, name -> new InfoSection()).add(line);
            }
        }
        return sections;
    }

    private String merged(List<Map<String, InfoSection>> infos) {
        StringBuilder text = new StringBuilder();
        for (String name : infos.getFirst().keySet()) {
            List<InfoSection> same = new ArrayList<>();
            for (Map<String, InfoSection> info : infos) {
                InfoSection section = info.get(name);
                if (section != null) {
                    same.add(section);
                }
            }
            if (!text.isEmpty()) {
                text.append("\r\n");
            }
            if (!name.isEmpty()) {
                text.append("# ").append(name).append("\r\n");
            }
            InfoSection.merged(name, same, ours).writeTo(text);
        }
        return text.toString();
    }
}
