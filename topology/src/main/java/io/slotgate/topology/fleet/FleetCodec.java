package io.slotgate.topology.fleet;

import io.slotgate.topology.codec.ByteReader;
import io.slotgate.topology.codec.ByteWriter;
import io.slotgate.topology.codec.MalformedMessageException;
import io.slotgate.topology.fleet.FleetMessage.Answer;
import io.slotgate.topology.fleet.FleetMessage.Change;
import io.slotgate.topology.fleet.FleetMessage.Digest;
import io.slotgate.topology.fleet.FleetMessage.Everything;
import io.slotgate.topology.fleet.FleetMessage.Question;
import io.slotgate.topology.fleet.FleetMessage.Status;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages as bytes:
 *
 * <pre>
 *   'F'  version (1)  kind  ...
 *   kind 1  status       member
 *   kind 2  change       clock, redirects, lost nodes, shards
 *   kind 3  digest       8 bytes
 *   kind 4  everything   flags, shards
 *   kind 5  question     8 bytes, what
 *   kind 6  answer       8 bytes, flag, the rest
 * </pre>
 *
 * Numbers take seven bits to a byte, texts their length in front. A member of another version is not understood, and its
 * messages are dropped: until all are of one version each learns from the nodes alone. So is a kind that is not known: who asks
 * a member that knows no questions gets no answer.
 */
final class FleetCodec {
    /** Longest message, in bytes: a map of {@value ShardCodec#MOST_SHARDS} shards fits. */
    static final int LONGEST = 4 << 20;
    /** Longest answer to a question, in bytes. */
    static final int LONGEST_ANSWER = 512 << 10;
    static final int MOST_REDIRECTS = SlotMap.SLOTS;
    static final int MOST_LOST = 1024;
    private static final int MAGIC = 'F';
    private static final int VERSION = 1;
    private static final long LATEST = 1L << 50;

    private FleetCodec() {}

    static byte[] encode(FleetMessage message) {
        ByteWriter out = new ByteWriter();
        out.octet(MAGIC);
        out.octet(VERSION);
        switch (message) {
            case Status status -> {
                out.octet(1);
                member(out, status.member());
            }
            case Change change -> {
                out.octet(2);
                change(out, change);
            }
            case Digest digest -> {
                out.octet(3);
                out.fixed(digest.digest());
            }
            case Everything everything -> {
                out.octet(4);
                out.octet(everything.isLast() ? 1 : 0);
                ShardCodec.write(out, everything.map());
            }
            case Question question -> {
                out.octet(5);
                out.fixed(question.id());
                out.octet(question.what());
            }
            case Answer answer -> {
                out.octet(6);
                answer(out, answer);
            }
        }
        return out.toBytes();
    }

    /** @throws MalformedMessageException if they are no message, whatever they are */
    static FleetMessage decode(byte[] bytes) throws MalformedMessageException {
        if (bytes.length > LONGEST) {
            throw new MalformedMessageException("length: " + bytes.length + " (expected: at most " + LONGEST + ")");
        }
        ByteReader in = new ByteReader(bytes);
        if (in.octet() != MAGIC || in.octet() != VERSION) {
            throw new MalformedMessageException("not of this version");
        }
        try {
            int kind = in.octet();
            FleetMessage message = switch (kind) {
                case 1 -> new Status(member(in));
                case 2 -> change(in);
                case 3 -> new Digest(in.fixed());
                case 4 -> new Everything(in.number(1, "flags") == 1, ShardCodec.read(in));
                case 5 -> new Question(in.fixed(), in.octet());
                case 6 -> answer(in);
                default -> throw new MalformedMessageException("kind: " + kind);
            };
            in.end();
            return message;
        } catch (IllegalArgumentException e) {
            // The records refuse what can't be.
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void member(ByteWriter out, Member member) {
        out.text(member.id());
        zone(out, member.zone());
        address(out, member.address());
        out.text(member.version());
        out.number(member.sessions());
        out.number(member.cpuPercent());
        out.fixed(member.mapDigest());
        out.number(member.settingsVersion());
        out.octet(member.state().code());
    }

    private static Member member(ByteReader in) throws MalformedMessageException {
        String id = in.word(Member.LONGEST, "member id");
        String zone = zone(in);
        HostPort address = address(in);
        String version = in.word(Member.LONGEST, "version");
        int sessions = (int) in.number(Integer.MAX_VALUE, "sessions");
        int cpu = (int) in.number(Integer.MAX_VALUE, "cpu");
        long digest = in.fixed();
        long settings = in.number(LATEST, "settings version");
        return new Member(id, zone, address, version, sessions, cpu, digest, settings,
                MemberState.ofCode((int) in.number(MemberState.HIGHEST_CODE, "state")));
    }

    /**
     * As operators have named it, in any words. A name that nobody would read is left out: the map is of use without it, and who needs it
     * asks the node.
     */
    static void zone(ByteWriter out, @Nullable String zone) {
        boolean readable = zone != null && zone.getBytes(StandardCharsets.UTF_8).length <= Member.LONGEST
                && zone.chars().noneMatch(Character::isISOControl);
        out.optional(readable ? zone : null);
    }

    static @Nullable String zone(ByteReader in) throws MalformedMessageException {
        String zone = in.text(Member.LONGEST, "zone");
        return zone.isEmpty() ? null : zone;
    }

    private static void change(ByteWriter out, Change change) {
        out.number(change.sentAt());
        out.number(change.redirects().size());
        for (ToldRedirect redirect : change.redirects()) {
            out.number(redirect.slot());
            out.number(redirect.epoch() + 1);
            address(out, redirect.owner());
            optionalAddress(out, redirect.from());
        }
        out.number(change.lost().size());
        change.lost().forEach(lost -> address(out, lost));
        ShardCodec.write(out, change.shards());
    }

    private static Change change(ByteReader in) throws MalformedMessageException {
        long sentAt = in.number(LATEST, "clock");
        List<ToldRedirect> redirects = new ArrayList<>();
        for (int left = in.count(MOST_REDIRECTS, "redirects"); left > 0; left--) {
            redirects.add(new ToldRedirect((int) in.number(SlotMap.SLOTS - 1, "slot"),
                    in.number(Long.MAX_VALUE, "epoch") - 1, address(in), optionalAddress(in)));
        }
        List<HostPort> lost = new ArrayList<>();
        for (int left = in.count(MOST_LOST, "lost nodes"); left > 0; left--) {
            lost.add(address(in));
        }
        return new Change(sentAt, redirects, lost, ShardCodec.read(in));
    }

    private static void answer(ByteWriter out, Answer answer) {
        out.fixed(answer.id());
        byte[] body = answer.body();
        out.octet(body == null ? 0 : 1);
        if (body != null) {
            out.raw(body);
        }
    }

    private static Answer answer(ByteReader in) throws MalformedMessageException {
        long id = in.fixed();
        if (in.number(1, "flag") == 0) {
            return new Answer(id, null);
        }
        if (in.remaining() > LONGEST_ANSWER) {
            throw new MalformedMessageException(
                    "answer: " + in.remaining() + " bytes (expected: at most " + LONGEST_ANSWER + ")");
        }
        return new Answer(id, in.raw(in.remaining()));
    }

    static void address(ByteWriter out, HostPort address) {
        out.text(address.host());
        out.number(address.port());
    }

    static HostPort address(ByteReader in) throws MalformedMessageException {
        return new HostPort(in.word(Member.LONGEST, "host"), (int) in.number(65535, "port"));
    }

    private static void optionalAddress(ByteWriter out, @Nullable HostPort address) {
        out.octet(address == null ? 0 : 1);
        if (address != null) {
            address(out, address);
        }
    }

    private static @Nullable HostPort optionalAddress(ByteReader in) throws MalformedMessageException {
        return in.number(1, "flag") == 0 ? null : address(in);
    }
}
