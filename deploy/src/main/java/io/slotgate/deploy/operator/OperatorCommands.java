package io.slotgate.deploy.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** All the commands for operators, in the order in which help lists them. */
public final class OperatorCommands {
    private OperatorCommands() {}

    /** Makers of objects with picocli's annotations, by the commands' names. */
    public static Map<String, Supplier<Object>> byName() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("status", StatusCommand::new);
        commands.put("top", TopCommand::new);
        commands.put("topology", TopologyCommand::new);
        commands.put("route", RouteCommand::new);
        commands.put("events", EventsCommand::new);
        commands.put("clients", ClientsCommand::new);
        commands.put("channels", ChannelsCommand::new);
        commands.put("commands", CommandsCommand::new);
        commands.put("slowlog", SlowlogCommand::new);
        commands.put("hotkeys", HotkeysCommand::new);
        commands.put("bigkeys", BigkeysCommand::new);
        commands.put("proxies", ProxiesCommand::new);
        commands.put("settings", SettingsCommand::new);
        commands.put("audit", AuditCommand::new);
        commands.put("drain", DrainCommand::new);
        commands.put("failover", FailoverCommand::new);
        commands.put("avoid", AvoidCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("operations", OperationsCommand::new);
        return commands;
    }
}
