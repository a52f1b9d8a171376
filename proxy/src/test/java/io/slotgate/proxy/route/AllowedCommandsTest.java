package io.slotgate.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.config.AllowedCommands;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.FacadeSettings;
import io.slotgate.topology.model.SlotMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What operators allow has somewhere to go, and nothing else is allowed by it. */
class AllowedCommandsTest {
    private static Route route(String name, Set<String> allowed) {
        CommandTable commands = CommandTable.builtIn();
        Facade facade = new Facade(new FacadeSettings("test", null, 0, 0, 7000, List.of(), "valkey", "8.0.1", true,
                false, true, new AllowedCommands(allowed)), SlotMap::empty);
        CommandSpec spec = Objects.requireNonNull(commands.byName(name), name);
        return new RouteTable(commands, facade).of(spec);
    }

    @Test
    void whatIsNotAllowedIsRefused() {
        for (String name : AllowedCommands.CHOICE) {
            assertThat(route(name, Set.of())).as(name).isInstanceOf(Route.Rejected.class);
            assertThat(route(name, Set.of(name))).as(name).isNotInstanceOf(Route.Rejected.class);
        }
        assertThat(route("debug", Set.of())).isInstanceOfSatisfying(Route.Rejected.class,
                rejected -> assertThat(rejected.otherwise()).isEqualTo(Route.NAMED_KEY));
        assertThat(route("config|set", Set.of("debug"))).isInstanceOf(Route.Rejected.class);
        assertThat(route("shutdown", AllowedCommands.CHOICE)).isInstanceOf(Route.Rejected.class);
        assertThat(route("monitor", Set.of("monitor"))).isEqualTo(Route.MONITOR);
    }

    @Test
    void whatChangesNodesGoesToAllPrimaries() {
        for (String name : List.of("config|set", "config|rewrite", "config|resetstat", "save", "bgsave",
                "bgrewriteaof")) {
            assertThat(route(name, Set.of(name))).as(name)
                    .isEqualTo(new Route.AllPrimaries(Route.Merging.FIRST));
        }
        assertThat(route("debug", Set.of("debug"))).isEqualTo(Route.NAMED_KEY);
    }
}
