package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;
import static io.slotgate.topology.table.Views.primary;
import static io.slotgate.topology.table.Views.replica;
import static io.slotgate.topology.table.Views.slots;
import static io.slotgate.topology.table.Views.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Slot 5 belongs to a, of epoch 3; b, of epoch 2, has slots 10 to 19, and c knows both. */
class RedirectMergeTest {
    private static final NodeView A = primary("a", 3, slots(0, 9));
    private static final NodeView B = primary("b", 2, slots(10, 19));
    private static final NodeView C = primary("c", 1, slots(20, 29));
    private static final NodeView RA = replica("ra", "a", 3);
    private static final Observation START = view(1, "c", A, B, C, RA);
    private static final Redirect TO_B = new Redirect(5, address("b"), address("a"));

    @Test
    void correctsItsSlotAtOnceAndNoOther() {
        SlotMap map = map(START, TO_B);

        assertThat(owner(map, 5)).isEqualTo("b");
        assertThat(owner(map, 4)).isEqualTo("a");
        assertThat(owner(map, 6)).isEqualTo("a");
        assertThat(map.coveredSlots()).isEqualTo(30);
    }

    @Test
    void isNotUndoneByViewsThatHaveNotHeardOfIt() {
        Evidence evidence = merge(START, TO_B);
        for (long round = 2; round < 1 + Hint.LIFETIME_ROUNDS; round++) {
            evidence = evidence.merge(view(round, "c", A, B, C, RA)).merge(view(round, "ra", A, B, C, RA));

            assertThat(owner(evidence.assemble(), 5)).as("round %s", round).isEqualTo("b");
        }
    }

    @Test
    void endsUnconfirmedAfterItsLifetime() {
        SlotMap map = map(START, TO_B, view(1 + Hint.LIFETIME_ROUNDS, "c", A, B, C, RA));

        assertThat(owner(map, 5)).isEqualTo("a");
    }

    @Test
    void isConfirmedByTheNewOwnersHigherEpoch() {
        NodeView newB = primary("b", 4, slots(5, 5), slots(10, 19));
        NodeView newA = primary("a", 3, slots(0, 4), slots(6, 9));
        Evidence confirmed = merge(START, TO_B, view(2, "b", newA, newB, C, RA));

        assertThat(owner(confirmed.assemble(), 5)).isEqualTo("b");
        assertThat(owner(confirmed.merge(view(30, "c", newA, newB, C, RA)).assemble(), 5)).isEqualTo("b");
    }

    @Test
    void isNotUndoneByWhoHasNotHeardOfItButOfTheFormerOwnersHigherEpoch() {
        // a has got slot 40 since, by a higher epoch than b's; c knows of that, and not yet that slot 5 went.
        NodeView newA = primary("a", 7, slots(0, 9), slots(40, 40));
        NodeView newB = primary("b", 6, slots(5, 5), slots(10, 19));
        Evidence hinted = merge(START, TO_B);

        assertThat(owner(hinted.merge(view(2, "c", newA, B, C, RA)).assemble(), 5)).isEqualTo("b");
        assertThat(owner(hinted.merge(view(3, "b", primary("a", 3, slots(0, 4), slots(6, 9)), newB, C, RA))
                .merge(view(4, "c", newA, B, C, RA)).assemble(), 5)).as("after the new owner has said so")
                .isEqualTo("b");
    }

    @Test
    void endsWhenTheFormerOwnerItselfSaysLaterThatItHasTheSlotBack() {
        NodeView newA = primary("a", 7, slots(0, 9));
        Evidence underWay = merge(START, TO_B, view(2, "a", newA, B, C, RA));

        assertThat(owner(underWay.assemble(), 5)).as("may have been asked before").isEqualTo("b");
        assertThat(owner(underWay.merge(view(3, "a", newA, B, C, RA)).assemble(), 5)).isEqualTo("a");
    }

    @Test
    void countsAsAClaimOfTheNamedNodesOwnEpoch() {
        NodeView b = primary("b", 6, slots(10, 19));
        NodeView d = primary("d", 5, slots(5, 5));
        Evidence hinted = merge(view(1, "c", A, b, C, RA), TO_B);

        assertThat(owner(hinted.merge(view(2, "c", A, b, C, RA, d)).assemble(), 5)).isEqualTo("b");
        assertThat(owner(hinted.merge(view(2, "c", A, b, C, RA, primary("d", 7, slots(5, 5)))).assemble(), 5))
                .isEqualTo("d");
    }

    @Test
    void isOverruledByAHigherEpoch() {
        NodeView newC = primary("c", 9, slots(5, 5), slots(20, 29));

        assertThat(owner(map(START, TO_B, view(2, "c", A, B, newC, RA)), 5)).isEqualTo("c");
    }

    @Test
    void isDeniedByTheNamedNodeItself() {
        Observation underWay = view(2, "b", A, B, C, RA);
        Observation asked = view(3, "b", A, B, C, RA);

        assertThat(owner(map(START, TO_B, underWay), 5)).as("may have been asked before").isEqualTo("b");
        assertThat(owner(map(START, TO_B, underWay, asked), 5)).isEqualTo("a");
    }

    @Test
    void onceEndedStaysEnded() {
        Evidence ended = merge(START, TO_B, view(3, "b", A, B, C, RA));

        assertThat(ended.hints()).isEmpty();
    }

    @Test
    void manyOfOneKindChangeNothingMore() {
        Evidence evidence = merge(START, TO_B);

        assertThat(evidence.merge(TO_B)).isSameAs(evidence);
        assertThat(evidence.merge(new Redirect(5, address("b")))).isSameAs(evidence);
        assertThat(evidence.merge(new Redirect(4, address("a")))).isSameAs(evidence);
    }

    @Test
    void aLateAnswerOfAFormerOwnerIsNotNews() {
        Redirect onward = new Redirect(5, address("c"), address("b"));
        Evidence evidence = merge(START, TO_B, onward);

        assertThat(owner(evidence.assemble(), 5)).isEqualTo("c");
        assertThat(evidence.merge(TO_B)).isSameAs(evidence);
    }

    @Test
    void aReplicaOfTheOwnerMayTell() {
        assertThat(owner(map(START, new Redirect(5, address("b"), address("ra"))), 5)).isEqualTo("b");
    }

    @Test
    void thenOwnerMayTellAgain() {
        Redirect back = new Redirect(5, address("a"), address("b"));

        assertThat(owner(map(START, TO_B, back), 5)).isEqualTo("a");
    }

    @Test
    void toAReplicaMakesItAPrimary() {
        SlotMap map = map(START, new Redirect(5, address("ra"), address("a")));

        assertThat(owner(map, 5)).isEqualTo("ra");
        assertThat(Objects.requireNonNull(map.node("ra")).role()).isEqualTo(Role.PRIMARY);
        assertThat(owner(map, 4)).isEqualTo("a");
    }

    @Test
    void toAnUnknownAddressGivesAProvisionalNodeUntilAViewKnowsIt() {
        HostPort address = address("new");
        Evidence hinted = merge(START, new Redirect(5, address, address("a")));
        Node provisional = Objects.requireNonNull(hinted.assemble().primary(5));
        NodeView known = primary("new", 4, slots(5, 5));
        SlotMap after = hinted.merge(view(2, "c", primary("a", 3, slots(0, 4), slots(6, 9)), B, C, RA, known))
                .assemble();

        assertThat(provisional.isProvisional()).isTrue();
        assertThat(provisional.address()).isEqualTo(address);
        assertThat(hinted.assemble().node(address)).isEqualTo(provisional);
        assertThat(owner(after, 5)).isEqualTo("new");
        assertThat(after.nodes()).noneMatch(Node::isProvisional);
    }

    @Test
    void beforeAnyViewIsKnownSlotsMayComeFromRedirectsAlone() {
        SlotMap map = map(new Redirect(7, address("x")));

        assertThat(map.coveredSlots()).isEqualTo(1);
        assertThat(map.primary(7)).isNotNull().matches(Node::isProvisional);
        assertThat(map.epoch(7)).isZero();
    }

    @Test
    void onASlotWithoutOwnerAClaimOfAHigherEpochThanTheNamedNodesOverrules() {
        SlotMap map = map(START, new Redirect(100, address("b")),
                view(2, "c", A, B, primary("c", 3, slots(20, 29), slots(100, 100)), RA));

        assertThat(owner(map, 100)).isEqualTo("c");
    }

    @Test
    void staleViewsInAnyOrderDoNotMoveTheSlotBack() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            List<Observation> views = new ArrayList<>(List.of(view(2, "c", A, B, C, RA), view(2, "ra", A, B, C, RA),
                    view(3, "c", A, B, C, RA), view(2, "b", A, B, C, RA), view(3, "ra", A, B, C, RA),
                    view(3, "b", primary("a", 3, slots(0, 4), slots(6, 9)), primary("b", 4, slots(5, 5), slots(10, 19)),
                            C, RA)));
            Collections.shuffle(views, random);
            Evidence evidence = merge(START, TO_B);
            for (Observation view : views) {
                evidence = evidence.merge(view);

                assertThat(owner(evidence.assemble(), 5)).as("seed %s after %s", seed, view).isEqualTo("b");
            }
        }
    }

    private static Evidence merge(Observation... observations) {
        return Arrays.stream(observations).reduce(Evidence.NONE, Evidence::merge, (a, b) -> b);
    }

    private static SlotMap map(Observation... observations) {
        return merge(observations).assemble();
    }

    private static String owner(SlotMap map, int slot) {
        return Objects.requireNonNull(map.primary(slot)).id();
    }
}
