package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMove;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cluster as the proxy knows it, and where a key goes. */
final class TopologyResource {
    private final ProxyView proxy;
    private final AuditLog audit;

    /** @param slots such as {@code 0-5460}, in order */
    private record ShardBody(String id, int slotCount, List<String> slots, long epoch, String primary,
            List<NodeBody> nodes) {}

    private record MoveBody(int slot, String from, String to) {}

    /** @param strangers nodes that are in no shard, such as a failed primary that was replaced */
    private record TopologyBody(long version, int coveredSlots, List<ShardBody> shards, List<NodeBody> strangers,
            List<MoveBody> moves) {}

    /** @param epoch null if nobody owns the slot */
    private record SlotBody(int slot, @Nullable String shard, @Nullable Long epoch, @Nullable NodeBody primary,
            @Nullable List<NodeBody> replicas, @Nullable MoveBody move) {}

    /** @param reason why a key goes where it goes, in words */
    private record RouteBody(String key, String hashed, int slot, @Nullable String shard, @Nullable NodeBody writes,
            List<NodeBody> reads, String reason) {}

    private record RefreshBody(boolean requested, long version) {}

    TopologyResource(ProxyView proxy, AuditLog audit) {
        this.proxy = proxy;
        this.audit = audit;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<TopologyResource> self) {
        routes.shared("/topology", context -> self.get().topology(context));
        routes.get("/slots/{slot}", context -> self.get().slot(context));
        routes.get("/route", context -> self.get().route(context));
        routes.post("/topology/refresh", Role.OPERATOR, context -> self.get().refresh(context));
    }

    private Object topology(Context context) {
        Parameters.only(context, Set.of());
        return body(proxy);
    }

    /** The whole of it, as the live stream tells it, too. */
    static Object body(ProxyView proxy) {
        SlotMap map = proxy.slots();
        List<ShardBody> shards = new ArrayList<>();
        IdentityHashMap<Shard, SlotsOf> slotsOf = slots(map);
        Set<String> placed = new HashSet<>();
        for (Shard shard : map.shards()) {
            List<Node> nodes = new ArrayList<>(List.of(shard.primary()));
            nodes.addAll(shard.replicas());
            nodes.forEach(node -> placed.add(node.id()));
            SlotsOf slots = slotsOf.getOrDefault(shard, new SlotsOf());
            shards.add(new ShardBody(shard.id(), slots.count, slots.ranges, map.epoch(shard), shard.primary().id(),
                    nodes.stream().map(node -> NodeBody.of(node, proxy)).toList()));
        }
        List<NodeBody> strangers = map.nodes().stream().filter(node -> !placed.contains(node.id()))
                .map(node -> NodeBody.of(node, proxy)).toList();
        return new TopologyBody(map.version(), map.coveredSlots(), shards, strangers,
                map.moves().stream().map(TopologyResource::move).toList());
    }

    private static MoveBody move(SlotMove move) {
        return new MoveBody(move.slot(), move.sourceId(), move.targetId());
    }

    /** Such as {@code 0-5460}, in order, by shard. One pass, and shards told apart by identity: comparing each 16,384 times takes long. */
    private static IdentityHashMap<Shard, SlotsOf> slots(SlotMap map) {
        IdentityHashMap<Shard, SlotsOf> found = new IdentityHashMap<>();
        int first = 0;
        for (int slot = 1; slot <= SlotMap.SLOTS; slot++) {
            Shard shard = map.shard(first);
            if (slot == SlotMap.SLOTS || map.shard(slot) != shard) {
                if (shard != null) {
                    SlotsOf slots = found.computeIfAbsent(shard, ignored -> new SlotsOf());
                    slots.ranges.add(first == slot - 1 ? String.valueOf(first) : first + "-" + (slot - 1));
                    slots.count += slot - first;
                }
                first = slot;
            }
        }
        return found;
    }

    /** Those of one shard. */
    private static final class SlotsOf {
        private final List<String> ranges = new ArrayList<>();
        private int count;
    }

    private Object slot(Context context) {
        Parameters.only(context, Set.of());
        int slot = (int) Parameters.number("slot", context.pathParam("slot"), 0, SlotMap.SLOTS - 1L);
        SlotMap map = proxy.slots();
        Shard shard = map.shard(slot);
        MoveBody move = map.moves().stream().filter(each -> each.slot() == slot).map(TopologyResource::move).findFirst()
                .orElse(null);
        if (shard == null) {
            return new SlotBody(slot, null, null, null, null, move);
        }
        return new SlotBody(slot, shard.id(), map.epoch(slot), NodeBody.of(shard.primary(), proxy),
                shard.replicas().stream().map(node -> NodeBody.of(node, proxy)).toList(), move);
    }

    private Object route(Context context) {
        Parameters.only(context, Set.of("key", "encoding"));
        String text = Parameters.required(context, "key");
        String encoding = Parameters.text(context, "encoding");
        byte[] key = bytes(text, encoding);
        int slot = SlotHash.slot(key);
        byte[] tag = hashTag(key);
        boolean whole = tag.length == key.length;
        String hashed = whole ? text : text(tag, encoding);
        SlotMap map = proxy.slots();
        Shard shard = map.shard(slot);
        String why = (whole ? "the whole key is hashed" : "only the hash tag '" + hashed + "' is hashed")
                + " (CRC16 modulo 16384): slot " + slot;
        if (shard == null) {
            return new RouteBody(text, hashed, slot, null, null, List.of(), why
                    + "; nobody owns it: commands wait " + proxy.settings().failoverPatience().toMillis()
                    + " ms for an owner");
        }
        SlotMove move = map.moves().stream().filter(each -> each.slot() == slot).findFirst().orElse(null);
        return new RouteBody(text, hashed, slot, shard.id(), NodeBody.of(shard.primary(), proxy),
                shard.replicas().stream().map(node -> NodeBody.of(node, proxy)).filter(node -> !node.avoided()
                        && node.health().equals("up")).toList(),
                why + ", owned by shard " + shard.id() + " since epoch " + map.epoch(slot)
                        + (move == null
                                ? ""
                                : "; it is on its way to " + move.targetId() + ", so that ASK may be followed")
                        + "; reads may go to replicas by policy "
                        + proxy.settings().texts().get("reads.policy"));
    }

    private static byte[] bytes(String text, @Nullable String encoding) {
        if (encoding == null || encoding.equals("utf-8")) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (!encoding.equals("base64")) {
            throw Refusal.of("encoding", encoding, "utf-8 or base64");
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.of("key", text, "base64");
        }
    }

    private static String text(byte[] bytes, @Nullable String encoding) {
        return "base64".equals(encoding)
                ? Base64.getEncoder().encodeToString(bytes)
                : new String(bytes, StandardCharsets.UTF_8);
    }

    /** @see <a href="https://valkey.io/topics/cluster-spec/#hash-tags">Hash tags</a> */
    private static byte[] hashTag(byte[] key) {
        int open = indexOf(key, '{', 0);
        int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
        return close > open + 1 ? Arrays.copyOfRange(key, open + 1, close) : key;
    }

    private static int indexOf(byte[] bytes, char wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private Object refresh(Context context) {
        Parameters.only(context, Set.of());
        proxy.refresh("an operator asked");
        audit.record(Gatekeeper.actor(context), "topology refresh", "cluster", null, null, "requested");
        context.status(202);
        return new RefreshBody(true, proxy.slots().version());
    }
}
