package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.topology.codec.MalformedMessageException;
import io.slotgate.topology.fleet.FleetMessage.Answer;
import io.slotgate.topology.fleet.FleetMessage.Change;
import io.slotgate.topology.fleet.FleetMessage.Digest;
import io.slotgate.topology.fleet.FleetMessage.Everything;
import io.slotgate.topology.fleet.FleetMessage.Question;
import io.slotgate.topology.fleet.FleetMessage.Status;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetCodecTest {
    private static final ToldNode PRIMARY = new ToldNode("0123456789abcdef0123456789abcdef01234567",
            new HostPort("10.0.0.1", 7000), List.of(new HostPort("node-1.example", 7000)), "a", false);
    private static final ToldNode REPLICA = new ToldNode("replica-1", new HostPort("::1", 7001), List.of(), null, true);
    private static final ToldMap MAP = new ToldMap(List.of(
            new ToldShard(PRIMARY, 7, "shard", List.of(new SlotRange(0, 10), new SlotRange(12, 16383)),
                    List.of(REPLICA)),
            new ToldShard(new ToldNode("other", new HostPort("h", 1), List.of(), null, false), Long.MAX_VALUE, null,
                    List.of(new SlotRange(11, 11)), List.of())));
    private static final List<FleetMessage> MESSAGES = List.of(
            new Status(
                    new Member("p1", "a", new HostPort("10.0.0.9", 6379), "0.1.0", 12, 250, -5, 7,
                            MemberState.DRAINING)),
            new Change(1_700_000_000_000L, List.of(
                    new ToldRedirect(5, -1, new HostPort("10.0.0.2", 7000), null),
                    new ToldRedirect(16383, 9, new HostPort("::1", 65535), new HostPort("10.0.0.1", 7000))),
                    List.of(new HostPort("10.0.0.3", 7000)), MAP),
            new Digest(-1),
            new Everything(true, MAP),
            new Everything(false, ToldMap.NONE),
            new Question(-7, 255), new Answer(7, new byte[]{1, 0, -1}), new Answer(8, new byte[0]),
            new Answer(9, null));

    @Test
    void readsWhatItWrote() throws MalformedMessageException {
        for (FleetMessage message : MESSAGES) {
            assertThat(FleetCodec.decode(FleetCodec.encode(message))).isEqualTo(message);
        }
    }

    /** Proxies of two releases are one fleet while one replaces the other: these are what is on the wire. */
    @Test
    void keepsTheBytesOfEachKind() throws MalformedMessageException {
        String map = "02000123456789abcdef0123456789abcdef012345670831302e302e302e31d836010e6e6f64652d312e6578616d706c65"
                + "d8360161000705736861726402000a01f37f0101097265706c6963612d31033a3a31d93600000101056f746865720168"
                + "01000000ffffffffffffffff7f00010b0000";
        assertBytes(MESSAGES.get(0),
                "46010102703101610831302e302e302e39eb3105302e312e300cfa01fffffffffffffffb0702");
        assertBytes(MESSAGES.get(1), "46010280d095ffbc310205000831302e302e302e32d83600ff7f0a033a3a31ffff03010831302e"
                + "302e302e31d836010831302e302e302e33d836" + map);
        assertBytes(new Digest(-1), "460103ffffffffffffffff");
        assertBytes(new Everything(true, MAP), "46010401" + map);
        assertBytes(new Question(-7, 255), "460105fffffffffffffff9ff");
        assertBytes(new Answer(7, new byte[]{1, 0, -1}), "4601060000000000000007010100ff");
        assertBytes(new Answer(9, null), "460106000000000000000900");
    }

    private static void assertBytes(FleetMessage message, String hex) throws MalformedMessageException {
        assertThat(HexFormat.of().formatHex(FleetCodec.encode(message))).isEqualTo(hex);
        assertThat(FleetCodec.decode(HexFormat.of().parseHex(hex))).isEqualTo(message);
    }

    @Test
    void isCompact() {
        assertThat(FleetCodec.encode(new Everything(false, bigMap(250)))).hasSizeLessThan(250 * 110);
    }

    /** Whatever comes: a message that can be written again as it was read, or a refusal; nothing else, and no hunger for memory. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survivesAnyBytes(long seed) {
        Random random = new Random(seed);
        int understood = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = mutant(random);
            FleetMessage message;
            try {
                message = FleetCodec.decode(bytes);
            } catch (MalformedMessageException refused) {
                continue;
            }
            understood++;
            try {
                assertThat(FleetCodec.decode(FleetCodec.encode(message))).isEqualTo(message);
            } catch (MalformedMessageException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertThat(understood).isPositive();
    }

    @Test
    void refusesWhatCanNotBe() {
        ToldShard shard = MAP.shards().get(0);
        assertRefused(new Everything(false, new ToldMap(List.of(shard, shard))), "once");
        ToldNode other = new ToldNode("x", new HostPort("h", 1), List.of(), null, false);
        assertRefused(new Everything(false, new ToldMap(List.of(shard,
                new ToldShard(other, 1, null, List.of(new SlotRange(3, 3)), List.of())))), "one owner");
        assertThatThrownBy(() -> FleetCodec.decode(new byte[FleetCodec.LONGEST + 1])).hasMessageContaining("length");
        assertRefused(new Answer(1, new byte[FleetCodec.LONGEST_ANSWER + 1]), "answer");
        byte[] ofLater = FleetCodec.encode(new Digest(1));
        ofLater[1]++;
        assertThatThrownBy(() -> FleetCodec.decode(ofLater)).isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("version");
        // A count that promises more than there is.
        assertThatThrownBy(() -> FleetCodec.decode(new byte[]{'F', 1, 4, 0, (byte) 0xff, 0x1f}))
                .isInstanceOf(MalformedMessageException.class).hasMessageContaining("shards");
    }

    /** What an operator has called a zone must not keep the fleet from hearing of the rest. */
    @Test
    void saysZonesOfAnyNameAndLeavesOutWhatNobodyWouldRead() throws MalformedMessageException {
        assertThat(zoneHeard("Rack 1, Köln")).isEqualTo("Rack 1, Köln");
        assertThat(zoneHeard("x".repeat(255))).hasSize(255);
        assertThat(zoneHeard("x".repeat(256))).isNull();
        assertThat(zoneHeard("ö".repeat(128))).isNull();
        assertThat(zoneHeard("a\tb")).isNull();
        assertThat(zoneHeard("")).isNull();

        Member member = new Member("p1", "Rack 1", new HostPort("10.0.0.9", 6379), "0.1.0", 0, 0, 0, 0,
                MemberState.HEALTHY);
        assertThat(FleetCodec.decode(FleetCodec.encode(new Status(member)))).isEqualTo(new Status(member));
    }

    private static @Nullable String zoneHeard(String zone) throws MalformedMessageException {
        ToldNode node = new ToldNode("n", new HostPort("h", 1), List.of(), zone, false);
        ToldMap map = new ToldMap(List.of(new ToldShard(node, 1, null, List.of(new SlotRange(0, 16383)), List.of())));
        Everything heard = (Everything) FleetCodec.decode(FleetCodec.encode(new Everything(true, map)));
        return heard.map().shards().getFirst().primary().zone();
    }

    private static void assertRefused(FleetMessage message, String because) {
        assertThatThrownBy(() -> FleetCodec.decode(FleetCodec.encode(message)))
                .isInstanceOf(MalformedMessageException.class).hasMessageContaining(because);
    }

    private static byte[] mutant(Random random) {
        byte[] bytes = FleetCodec.encode(MESSAGES.get(random.nextInt(MESSAGES.size())));
        switch (random.nextInt(4)) {
            case 0 -> bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
            case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            case 2 -> {
                for (int flips = random.nextInt(6); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            default -> {
                bytes = new byte[random.nextInt(64)];
                random.nextBytes(bytes);
                if (bytes.length > 2 && random.nextBoolean()) {
                    bytes[0] = 'F';
                    bytes[1] = 1;
                    bytes[2] = (byte) (1 + random.nextInt(6));
                }
            }
        }
        return bytes;
    }

    private static ToldMap bigMap(int shards) {
        Random random = new Random(1);
        List<ToldShard> all = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            all.add(new ToldShard(node(random, i), 100 + i, null, List.of(new SlotRange(i * 60, i * 60 + 59)),
                    List.of(node(random, i + shards))));
        }
        return new ToldMap(all);
    }

    private static ToldNode node(Random random, int number) {
        byte[] id = new byte[20];
        random.nextBytes(id);
        return new ToldNode(java.util.HexFormat.of().formatHex(id), new HostPort("10.0.%d.%d".formatted(number / 250,
                number % 250), 7000), List.of(), "eu-central-1a", false);
    }
}
