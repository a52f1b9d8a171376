package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuccessorsTest {
    private final Successors successors = new Successors();
    private SlotMap map = SlotMap.empty();

    private void follow(String quarters) {
        follow(quarters, "");
    }

    /**
     * Who has each quarter of the slots, and which nodes are primaries without any; others are known as replicas of the first.
     */
    private void follow(String quarters, String slotless) {
        SlotMapBuilder builder = SlotMap.builder();
        for (char owner : Set.copyOf(quarters.chars().mapToObj(c -> (char) c).toList())) {
            List<SlotRange> ranges = new ArrayList<>();
            for (int quarter = 0; quarter < 4; quarter++) {
                if (quarters.charAt(quarter) == owner) {
                    ranges.add(new SlotRange(quarter * 4096, quarter * 4096 + 4095));
                }
            }
            List<Node> replicas = new ArrayList<>();
            for (char node : new char[]{'a', 'b', 'x', 'y'}) {
                if (owner == quarters.charAt(0) && (quarters + slotless).indexOf(node) < 0) {
                    replicas.add(new Node("id-" + node, address(node), Role.REPLICA, null, Health.UP));
                }
            }
            builder.shard(new Shard("shard-" + owner, primary(owner), replicas), 1, ranges);
        }
        for (int i = 0; i < slotless.length(); i++) {
            char owner = slotless.charAt(i);
            builder.shard(new Shard("shard-" + owner, primary(owner), List.of()), 1, List.of());
        }
        SlotMap now = builder.build();
        successors.follow(map, now);
        map = now;
    }

    private static Node primary(char name) {
        return new Node("id-" + name, address(name), Role.PRIMARY, null, Health.UP);
    }

    private static HostPort address(char node) {
        return new HostPort("127.0.0.1", 7000 + node);
    }

    @Test
    void aReplicaThatWasPromotedTakesThePlace() {
        follow("aabb");
        assertThat(successors.of(address('a'))).isNull();

        follow("xxbb");
        assertThat(successors.of(address('a'))).isEqualTo(address('x'));
        assertThat(successors.of(address('b'))).isNull();

        follow("yybb");
        assertThat(successors.of(address('a'))).isEqualTo(address('y'));
        assertThat(successors.of(address('x'))).isEqualTo(address('y'));

        follow("aabb");
        assertThat(successors.of(address('a'))).isNull();
        assertThat(successors.of(address('x'))).isEqualTo(address('a'));
    }

    @Test
    void aFormerPrimaryThatIsStillCalledOneIsReplaced() {
        follow("aabb");
        follow("xxbb", "a");
        assertThat(successors.of(address('a'))).isEqualTo(address('x'));
        follow("xxbb");
        assertThat(successors.of(address('a'))).isEqualTo(address('x'));
        assertThat(successors.of(address('x'))).isNull();

        follow("aabb", "x");
        assertThat(successors.of(address('a'))).isNull();
        assertThat(successors.of(address('x'))).isEqualTo(address('a'));
    }

    @Test
    void slotsThatWereLearnedOneAfterTheOtherLeadToThePrimaryInTheEnd() {
        follow("aabb");
        follow("axbb");
        assertThat(successors.of(address('a'))).isNull();

        follow("xxbb", "a");
        assertThat(successors.of(address('a'))).isNull();

        follow("xxbb");
        assertThat(successors.of(address('a'))).isEqualTo(address('x'));
    }

    @Test
    void whoWasAPrimaryBeforeTakesNoPlaceOfAnother() {
        follow("aabb");
        follow("bbbb", "a");
        assertThat(successors.of(address('a'))).isNull();
    }

    @Test
    void whoHandsItsSlotsToAnEmptyPrimaryStaysOne() {
        follow("aabb", "x");
        follow("xxbb", "a");
        assertThat(successors.of(address('a'))).isNull();
    }

    @Test
    void aPlaceThatIsDividedIsNobodys() {
        follow("aabb");
        follow("xybb", "a");
        assertThat(successors.of(address('a'))).isNull();
        follow("aabb", "x");
        follow("xbbb", "a");
        assertThat(successors.of(address('a'))).isNull();
    }

    @Test
    void slotsThatMoveChangeNothing() {
        follow("aabb");
        follow("abbb");
        follow("aabb");
        assertThat(successors.of(address('a'))).isNull();
        assertThat(successors.of(address('b'))).isNull();
    }
}
