package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterNodesParserTest {
    private static final String ID = "07c37dfeb235213a872192d90877d0cd55635b91";
    private static final String OTHER = "67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1";
    private static final String TAIL = " myself,master - 0 0 1 connected";

    @ParameterizedTest
    @ValueSource(strings = {"valkey-8.0.1", "redis-7.0.15"})
    void readsAHealthyCluster(String server) {
        List<ClusterNodesLine> lines = ClusterNodesParser.parse(Recorded.text(server + "-healthy.nodes"));

        assertThat(lines).hasSize(6).allMatch(ClusterNodesLine::isUsable);
        assertThat(lines).filteredOn(ClusterNodesLine::isMyself).hasSize(1);
        assertThat(lines).filteredOn(line -> line.flags().contains("slave")).hasSize(3)
                .allMatch(line -> line.primaryId() != null && line.slots().isEmpty());
        assertThat(lines).flatMap(ClusterNodesLine::slots).containsExactlyInAnyOrder(new SlotRange(0, 5460),
                new SlotRange(5461, 10922), new SlotRange(10923, 16383));
        assertThat(lines).filteredOn(line -> !line.slots().isEmpty()).extracting(ClusterNodesLine::epoch)
                .containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(lines).allMatch(line -> line.ip().equals("127.0.0.1") && line.hostname() == null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"valkey-8.0.1", "redis-7.0.15"})
    void readsSlotsUnderWay(String server) {
        List<ClusterNodesLine> source = ClusterNodesParser.parse(Recorded.text(server + "-migrating.nodes"));
        List<ClusterNodesLine> target = ClusterNodesParser.parse(Recorded.text(server + "-importing.nodes"));

        assertThat(source).flatMap(ClusterNodesLine::moves).extracting(SlotMove::slot).containsExactly(93, 95);
        assertThat(target).flatMap(ClusterNodesLine::moves).hasSize(1)
                .isSubsetOf(source.stream().flatMap(line -> line.moves().stream()).toList());
    }

    @ParameterizedTest
    @CsvSource({"valkey-8.0.1, 17101", "redis-7.0.15, 17201"})
    void readsHostNamesAndHandshakes(String server, int port) {
        assertThat(ClusterNodesParser.parse(Recorded.text(server + "-hostname.nodes")))
                .filteredOn(line -> line.hostname() != null).singleElement()
                .matches(line -> line.port() == port && "node-1.example.com".equals(line.hostname()));
        assertThat(ClusterNodesParser.parse(Recorded.text(server + "-handshake.nodes")))
                .filteredOn(line -> !line.isUsable()).singleElement()
                .matches(line -> line.port() == 17999 && line.flags().contains("handshake"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"valkey-8.0.1", "redis-7.0.15"})
    void readsAFailover(String server) {
        assertThat(ClusterNodesParser.parse(Recorded.text(server + "-failedover.nodes")))
                .filteredOn(line -> line.flags().contains("fail")).singleElement()
                .matches(line -> line.slots().isEmpty() && line.flags().contains("master"));
        assertThat(ClusterNodesParser.parse(Recorded.text(server + "-returned.nodes")))
                .filteredOn(line -> line.epoch() == 7).hasSize(2)
                .flatMap(ClusterNodesLine::slots).containsExactly(new SlotRange(5461, 10922));
    }

    @Test
    void readsEveryFormOfAddress() {
        assertThat(line("10.0.0.1:6379@16379")).matches(line -> line.ip().equals("10.0.0.1") && line.port() == 6379);
        assertThat(line(":6379@16379")).matches(line -> line.ip().isEmpty());
        assertThat(line("2001:db8::1:6379@16379")).matches(line -> line.ip().equals("2001:db8::1"));
        assertThat(line("10.0.0.1:6379@16379,")).matches(line -> line.hostname() == null);
        assertThat(line("10.0.0.1:6379@16379,h-1.example.com"))
                .matches(line -> "h-1.example.com".equals(line.hostname()));
        assertThat(line("10.0.0.1:6379@16379,,shard-id=69bc080733d1355567173199cff4a6a039a2f024,tls-port=7"))
                .matches(line -> line.hostname() == null);
        assertThat(line("10.0.0.1:6379@16379,h,shard-id=69bc")).matches(line -> "h".equals(line.hostname()));
        assertThat(line("10.0.0.1:0@0")).matches(line -> !line.isUsable());
    }

    @Test
    void readsFlagsItDoesNotKnow() {
        assertThat(ClusterNodesParser
                .parse(ID + " 10.0.0.1:1@2 myself,master,fail?,nofailover,brand_new - 0 0 1 connected"))
                .singleElement().matches(ClusterNodesLine::isUsable);
    }

    @Test
    void takesARangeThatAServerSaysTwiceForOne() {
        // As Valkey 8.0.1 did of a node of Redis 7.0.15, in a cluster of both.
        String reply = ID + " 127.0.0.1:1@2" + TAIL + " 5461-10921 5461-10921\n";

        assertThat(ClusterNodesParser.parse(reply)).flatMap(ClusterNodesLine::slots)
                .containsExactly(new SlotRange(5461, 10921));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "\n", "ERR", "-ERR unknown command",
        ID,
        ID + " 10.0.0.1:1@2 myself,master - 0 0 1",
        "07c37 10.0.0.1:1@2" + TAIL,
        ID + " 10.0.0.1:1" + TAIL,
        ID + " 10.0.0.1@2" + TAIL,
        ID + " 10.0.0.1:70000@2" + TAIL,
        ID + " 10.0.0.1:x@2" + TAIL,
        ID + " 10.0.0.1:1@2,h,aux" + TAIL,
        ID + " 10.0.0.1:1@2 myself,master,slave - 0 0 1 connected",
        ID + " 10.0.0.1:1@2 myself,,master - 0 0 1 connected",
        ID + " 10.0.0.1:1@2 MYSELF - 0 0 1 connected",
        ID + " 10.0.0.1:1@2 myself,slave nobody 0 0 1 connected",
        ID + " 10.0.0.1:1@2 myself,master - -1 0 1 connected",
        ID + " 10.0.0.1:1@2 myself,master - 0 x 1 connected",
        ID + " 10.0.0.1:1@2 myself,master - 0 0 9999999999999999999 connected",
        ID + " 10.0.0.1:1@2 myself,master - 0 0 1 up",
        ID + " 10.0.0.1:1@2" + TAIL + " 16384",
        ID + " 10.0.0.1:1@2" + TAIL + " 0-16384",
        ID + " 10.0.0.1:1@2" + TAIL + " 5-4",
        ID + " 10.0.0.1:1@2" + TAIL + " 0-5 5",
        ID + " 10.0.0.1:1@2" + TAIL + "  5",
        ID + " 10.0.0.1:1@2" + TAIL + " [5->-x]",
        ID + " 10.0.0.1:1@2" + TAIL + " [5-=-" + OTHER + "]",
        ID + " 10.0.0.1:1@2" + TAIL + " [99999->-" + OTHER + "]",
        ID + " 10.0.0.1:1@2 myself,slave " + OTHER + " 0 0 1 connected 0-5",
        ID + " 10.0.0.1:1@2" + TAIL + "\n\n",
        ID + " 10.0.0.1:1@2" + TAIL + "\r\n",
        ID + " 10.0.0.1:1@2" + TAIL + "\n" + ID + " 10.0.0.1:2@2 slave - 0 0 1 connected",
        ID + " 10.0.0.1:1@2" + TAIL + "\n" + OTHER + " 10.0.0.1:2@2" + TAIL,
        ID + " 10.0.0.1:1@2 master - 0 0 1 connected",
    })
    void rejectsWhatIsNotDocumented(String reply) {
        assertThatExceptionOfType(MalformedReplyException.class).isThrownBy(() -> ClusterNodesParser.parse(reply))
                .withMessageStartingWith("CLUSTER NODES");
    }

    @Test
    void namesTheLineAndWhatIsWrongWithIt() {
        String reply = Recorded.text("valkey-8.0.1-healthy.nodes").replace("5461-10922", "5461-99999");

        assertThatExceptionOfType(MalformedReplyException.class).isThrownBy(() -> ClusterNodesParser.parse(reply))
                .withMessageMatching(
                        "CLUSTER NODES line [1-6]: slot: 99999 \\(expected: 0\\.\\.16383\\) in '[0-9a-f]{40} 127.*");
    }

    @Test
    void keepsItsMessagesShortAndPrintable() {
        String reply = "\u0000\u001b[31m" + "x".repeat(10_000);

        assertThatExceptionOfType(MalformedReplyException.class).isThrownBy(() -> ClusterNodesParser.parse(reply))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).matches("[ -~]*"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void damagedRepliesAreReadOrRejectedNeverAnythingElse(long seed) {
        Random random = new Random(seed);
        int rejected = 0;
        for (int trial = 0; trial < 1500; trial++) {
            String reply = damage(random, Recorded.text(Recorded.NODES.get(random.nextInt(Recorded.NODES.size()))));
            try {
                assertThat(ClusterNodesParser.parse(reply)).isNotEmpty();
            } catch (MalformedReplyException e) {
                assertThat(e.getMessage()).startsWith("CLUSTER NODES");
                rejected++;
            }
        }
        assertThat(rejected).isBetween(500, 1499);
    }

    private static String damage(Random random, String reply) {
        StringBuilder text = new StringBuilder(reply);
        String spice = " \n,:@-[]<>?=0123456789abcdefxyz\r\t\u0000\u00e9";
        for (int i = 1 + random.nextInt(3); i > 0 && text.length() > 2; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, spice.charAt(random.nextInt(spice.length())));
                case 2 -> text.setCharAt(at, spice.charAt(random.nextInt(spice.length())));
                case 3 -> text.setLength(at + 1);
                default -> {
                    int end = Math.min(text.length(), at + random.nextInt(60));
                    text.insert(random.nextInt(text.length()), text.substring(at, end));
                }
            }
        }
        return text.toString();
    }

    private static ClusterNodesLine line(String address) {
        return ClusterNodesParser.parse(ID + " " + address + TAIL).get(0);
    }
}
