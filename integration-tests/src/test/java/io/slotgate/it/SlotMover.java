package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Moves slots with their keys between the nodes of a cluster, in the steps of {@code valkey-cli --cluster reshard}.
 *
 * @see <a href="https://valkey.io/commands/cluster-setslot/">CLUSTER SETSLOT, how slots are moved</a>
 */
final class SlotMover implements AutoCloseable {
    private static final int KEYS_AT_A_TIME = 10;

    private record Member(LocalNode node, String id, Wire wire) {}

    private final List<Member> primaries = new ArrayList<>();
    private final Map<String, Member> byId = new HashMap<>();

    SlotMover(LocalCluster cluster, int shards) throws IOException {
        for (LocalNode node : cluster.nodes().subList(0, shards)) {
            Member member = new Member(node, node.id(), Wire.open(node.address().port()));
            primaries.add(member);
            byId.put(member.id(), member);
        }
    }

    /** Moves one slot from one primary, by its number in the cluster, to another. */
    void move(int slot, int from, int to) throws IOException {
        begin(slot, from, to);
        while (moveKeys(slot, from, to, KEYS_AT_A_TIME)) {
            // Until none is left; clients may well write more meanwhile, but those go to the importing node.
        }
        end(slot, from, to);
    }

    void begin(int slot, int from, int to) throws IOException {
        setSlot(to, slot, "IMPORTING", primaries.get(from).id());
        setSlot(from, slot, "MIGRATING", primaries.get(to).id());
    }

    /** Moves a few keys; false if there were none. */
    boolean moveKeys(int slot, int from, int to, int most) throws IOException {
        List<?> keys = (List<?>) primaries.get(from).wire().call("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot),
                Integer.toString(most));
        if (keys == null || keys.isEmpty()) {
            return false;
        }
        LocalNode target = primaries.get(to).node();
        List<String> migrate = new ArrayList<>(List.of("MIGRATE", target.address().host(),
                Integer.toString(target.address().port()), "", "0", "10000", "KEYS"));
        keys.forEach(key -> migrate.add((String) key));
        // NOKEY: a client deleted them in between.
        assertThat(primaries.get(from).wire().call(migrate.toArray(String[]::new))).isIn("OK", "NOKEY");
        return true;
    }

    void end(int slot, int from, int to) throws IOException {
        setSlot(to, slot, "NODE", primaries.get(to).id());
        setSlot(from, slot, "NODE", primaries.get(to).id());
        for (int other = 0; other < primaries.size(); other++) {
            if (other != to && other != from) {
                setSlot(other, slot, "NODE", primaries.get(to).id());
            }
        }
    }

    /** Waits until all primaries say that the slot is this one's. */
    void awaitOwner(int slot, int primary) {
        for (Member member : primaries) {
            await().until(() -> ownerId(member, slot).equals(primaries.get(primary).id()));
        }
    }

    private static String ownerId(Member member, int slot) throws IOException {
        for (Object range : (List<?>) Objects.requireNonNull(member.wire().call("CLUSTER", "SLOTS"))) {
            List<?> fields = (List<?>) Objects.requireNonNull(range);
            if ((Long) fields.get(0) <= slot && slot <= (Long) fields.get(1)) {
                return String.valueOf(((List<?>) fields.get(2)).get(2));
            }
        }
        return "";
    }

    private void setSlot(int primary, int slot, String state, String id) throws IOException {
        assertThat(primaries.get(primary).wire().call("CLUSTER", "SETSLOT", Integer.toString(slot), state, id))
                .isEqualTo("OK");
    }

    @Override
    public void close() throws IOException {
        for (Member member : primaries) {
            member.wire().close();
        }
    }
}
