package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.View;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

class FleetGmsTest {
    private final Address first = UUID.randomUUID();

    /** It once made a view in the name of the first, which had one with the same number and other members. */
    @Test
    void whoIsNotTheFirstMakesAViewInNoOtherName() throws Exception {
        try (JChannel channel = alone()) {
            FleetGms membership = channel.getProtocolStack().findProtocol(FleetGms.class);
            Address self = channel.getAddress();
            membership.installView(new View(first, 7, List.of(first, self)));

            View next = membership.getNextView(List.of(), List.of(), List.of(UUID.randomUUID()));

            assertThat(next.getCreator()).isEqualTo(self);
            assertThat(next.getMembers()).containsExactly(self);
            assertThat(next.getViewId().getId()).isGreaterThan(7);
        }
    }

    @Test
    void whoIsTheFirstAndWhoLeavesMakeTheViewOfTheOthers() throws Exception {
        try (JChannel channel = alone()) {
            FleetGms membership = channel.getProtocolStack().findProtocol(FleetGms.class);
            Address self = channel.getAddress();
            Address third = UUID.randomUUID();
            membership.installView(new View(first, 7, List.of(first, self, third)));

            assertThat(membership.getNextView(List.of(), List.of(), List.of(first)).getMembers()).containsExactly(self,
                    third);
            assertThat(membership.getNextView(List.of(), List.of(self), List.of()).getMembers()).containsExactly(third);
        }
    }

    private static JChannel alone() throws Exception {
        JChannel channel = new JChannel(new SHARED_LOOPBACK(), new SHARED_LOOPBACK_PING(), new NAKACK2(),
                new UNICAST3(),
                new FleetGms());
        return channel.connect("test");
    }
}
