package io.slotgate.topology.fleet;

import io.slotgate.topology.codec.ByteReader;
import io.slotgate.topology.codec.ByteWriter;
import io.slotgate.topology.codec.MalformedMessageException;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of {@link FleetCodec} for shards. A slot has one owner and a node one place, or the map is refused. */
final class ShardCodec {
    static final int MOST_SHARDS = 4096;
    private static final int MOST_REPLICAS = 64;
    private static final int MOST_ALIASES = 16;
    private static final int ID_BYTES = 20;
    private static final HexFormat HEX = HexFormat.of();

    private ShardCodec() {}

    /** Digest of who owns what by which epoch and who follows: what differs in health alone is equal. */
    static long digest(ToldMap map) {
        ByteWriter out = new ByteWriter();
        for (ToldShard shard : map.shards()) {
            id(out, shard.primary().id());
            out.number(shard.epoch());
            slots(out, shard.slots());
            shard.replicas().forEach(replica -> id(out, replica.id()));
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(out.toBytes());
            return new ByteReader(hash).fixed();
        } catch (NoSuchAlgorithmException | MalformedMessageException e) {
            throw new IllegalStateException(e);
        }
    }

    static void write(ByteWriter out, ToldMap map) {
        out.number(map.shards().size());
        for (ToldShard shard : map.shards()) {
            node(out, shard.primary());
            out.number(shard.epoch());
            out.optional(shard.id());
            slots(out, shard.slots());
            out.number(shard.replicas().size());
            shard.replicas().forEach(replica -> node(out, replica));
        }
    }

    static ToldMap read(ByteReader in) throws MalformedMessageException {
        List<ToldShard> shards = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        BitSet owned = new BitSet(SlotMap.SLOTS);
        for (int left = in.count(MOST_SHARDS, "shards"); left > 0; left--) {
            ToldNode primary = node(in, ids);
            long epoch = in.number(Long.MAX_VALUE, "epoch");
            String id = in.optionalWord(Member.LONGEST, "shard id");
            List<SlotRange> slots = slots(in, owned);
            List<ToldNode> replicas = new ArrayList<>();
            for (int more = in.count(MOST_REPLICAS, "replicas"); more > 0; more--) {
                replicas.add(node(in, ids));
            }
            shards.add(new ToldShard(primary, epoch, id, slots, replicas));
        }
        return new ToldMap(shards);
    }

    /** How far each range begins behind the end of the one before, and how many slots it has beyond its first. */
    private static void slots(ByteWriter out, List<SlotRange> slots) {
        out.number(slots.size());
        int next = 0;
        for (SlotRange range : slots) {
            out.number(range.first() - next);
            out.number(range.last() - range.first());
            next = range.last() + 1;
        }
    }

    private static List<SlotRange> slots(ByteReader in, BitSet owned) throws MalformedMessageException {
        List<SlotRange> slots = new ArrayList<>();
        int next = 0;
        for (int left = in.count(SlotMap.SLOTS, "slot ranges"); left > 0; left--) {
            int first = next + (int) in.number(SlotMap.SLOTS, "slot");
            int last = first + (int) in.number(SlotMap.SLOTS, "slot");
            slots.add(new SlotRange(first, last));
            int taken = owned.nextSetBit(first);
            if (taken >= 0 && taken <= last) {
                throw new MalformedMessageException("slot: " + taken + " (expected: one owner)");
            }
            owned.set(first, last + 1);
            next = last + 1;
        }
        return slots;
    }

    private static void node(ByteWriter out, ToldNode node) {
        id(out, node.id());
        FleetCodec.address(out, node.address());
        List<HostPort> aliases = node.aliases().subList(0, Math.min(MOST_ALIASES, node.aliases().size()));
        out.number(aliases.size());
        aliases.forEach(alias -> FleetCodec.address(out, alias));
        FleetCodec.zone(out, node.zone());
        out.octet(node.loading() ? 1 : 0);
    }

    private static ToldNode node(ByteReader in, Set<String> ids) throws MalformedMessageException {
        String id = id(in);
        if (!ids.add(id)) {
            throw new MalformedMessageException("node id: " + id + " (expected: once)");
        }
        HostPort address = FleetCodec.address(in);
        List<HostPort> aliases = new ArrayList<>();
        for (int left = in.count(MOST_ALIASES, "aliases"); left > 0; left--) {
            aliases.add(FleetCodec.address(in));
        }
        return new ToldNode(id, address, aliases, FleetCodec.zone(in),
                in.number(1, "flags") == 1);
    }

    /** Node ids are 40 hexadecimal digits: half as many bytes. Any other id goes as text. */
    private static void id(ByteWriter out, String id) {
        byte[] packed = packed(id);
        if (packed == null) {
            out.octet(1);
            out.text(id);
        } else {
            out.octet(0);
            out.raw(packed);
        }
    }

    private static String id(ByteReader in) throws MalformedMessageException {
        return in.number(1, "id form") == 0
                ? HEX.formatHex(in.raw(ID_BYTES))
                : in.word(Member.LONGEST, "node id");
    }

    private static byte @Nullable [] packed(String id) {
        if (id.length() != 2 * ID_BYTES
                || !id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return null;
        }
        return HEX.parseHex(id);
    }
}
