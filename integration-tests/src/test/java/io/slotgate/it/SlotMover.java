package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalNode;
import java.io.IOException;
import java.time.Duration;
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
    private static final String EPOCH = "cluster_current_epoch:";

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
        awaitNewestEpoch(to);
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

    /**
     * Waits until this primary has heard of the newest epoch. Else the one that it takes for its new slot may be as old as
     * another's or older, and a packet of the slot's last owner that is still on its way takes the slot back: then both send
     * clients to the other, and stay at that.
     */
    private void awaitNewestEpoch(int importer) throws IOException {
        long newest = 0;
        for (Member member : primaries) {
            newest = Math.max(newest, epoch(member));
        }
        long expected = newest;
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(ProxyFixture.PATIENCE)
                .until(() -> epoch(primaries.get(importer)) >= expected);
    }

    private static long epoch(Member member) throws IOException {
        String info = Objects.requireNonNull((String) member.wire().call("CLUSTER", "INFO"));
        return info.lines().filter(line -> line.startsWith(EPOCH)).mapToLong(
                line -> Long.parseLong(line.substring(EPOCH.length()))).findFirst().orElseThrow();
    }

    /**
     * Waits until all primaries say that the slot is this one's, and know the epoch by which it is. Who did not know would believe a
     * packet of the last owner that is still on its way, and tell the new one so when the last one has risen in epoch: then each of both sends
     * clients to the other.
     */
    void awaitOwner(int slot, int primary) throws IOException {
        String owner = primaries.get(primary).id();
        long epoch = configEpoch(primaries.get(primary), owner);
        for (Member member : primaries) {
            await().atMost(ProxyFixture.PATIENCE)
                    .until(() -> ownerId(member, slot).equals(owner) && configEpoch(member, owner) >= epoch);
        }
    }

    private static long configEpoch(Member member, String id) throws IOException {
        String nodes = Objects.requireNonNull((String) member.wire().call("CLUSTER", "NODES"));
        return nodes.lines().filter(line -> line.startsWith(id)).mapToLong(line -> Long.parseLong(line.split(" ")[6]))
                .findFirst().orElseThrow();
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

    private void setSlot(int primary, int slot, String state, String id) {
        await().pollDelay(Duration.ZERO).atMost(ProxyFixture.PATIENCE).until(() -> {
            Object answer = primaries.get(primary).wire().call("CLUSTER", "SETSLOT", Integer.toString(slot), state, id);
            // Valkey does nothing if a replica has not heard of it first, for which it waits two seconds.
            boolean unheard = answer instanceof Reply.Failure failure && failure.text().startsWith("NOREPLICAS");
            assertThat(unheard ? "OK" : answer).as("SETSLOT %d %s at node %d", slot, state, primary).isEqualTo("OK");
            return !unheard;
        });
    }

    @Override
    public void close() throws IOException {
        for (Member member : primaries) {
            member.wire().close();
        }
    }
}
