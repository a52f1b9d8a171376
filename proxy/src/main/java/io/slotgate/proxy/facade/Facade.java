package io.slotgate.proxy.facade;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.config.AllowedCommands;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.topology.model.SlotMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The commands that are answered here, by name. Holds no state of a client and nothing that changes, so one may serve all
 * workers.
 */
public final class Facade {
    private static final LocalCommand CLUSTER_DISABLED = (frame, client, out) -> out
            .writeBytes(Replies.bytes("-ERR This instance has cluster support disabled\r\n"));

    private final Map<String, LocalCommand> commands = new HashMap<>();
    private final OwnInfo info;
    private final Credentials credentials;
    private final boolean open;
    private final boolean nodesScanBySlot;
    private final int databases;
    private final AllowedCommands allow;

    /** @param slots the current slot map; asked on workers whenever a client wants the cluster's state */
    public Facade(FacadeSettings settings, Supplier<SlotMap> slots) {
        this(settings, slots, System::currentTimeMillis);
    }

    /** @param clockMillis wall clock, milliseconds since 1970 */
    Facade(FacadeSettings settings, Supplier<SlotMap> slots, LongSupplier clockMillis) {
        this.credentials = new Credentials(settings.users(), settings.passThrough(), settings.open());
        VirtualShard shard = new VirtualShard(settings);
        this.open = credentials.open();
        this.allow = settings.allow();
        this.nodesScanBySlot = settings.nodesScanBySlot();
        this.databases = settings.databases();
        this.info = new OwnInfo(shard, settings.clusterEnabled());
        commands.put("hello", new HelloCommand(credentials, settings));
        commands.put("auth", new AuthCommand(credentials));
        new ConnectionCommands(open, databases).addTo(commands);
        new ClientCommands(clockMillis).addTo(commands);
        new TopologyReplies(shard).addTo(commands);
        new ClusterCommands(shard, () -> slots.get().coveredSlots()).addTo(commands);
        if (!settings.clusterEnabled()) {
            commands.replaceAll((name, command) -> name.startsWith("cluster|") ? CLUSTER_DISABLED : command);
            commands.put("cluster|countkeysinslot", CLUSTER_DISABLED);
            commands.put("cluster|getkeysinslot", CLUSTER_DISABLED);
        }
        for (String container : new String[]{"client", "cluster"}) {
            commands.put(container, (frame, client, out) -> Refusals.unknownSubcommand(out, frame));
        }
    }

    /** Whether logins may have to ask nodes. */
    public boolean asksNodes() {
        return credentials.asksNodes();
    }

    /** What INFO says of us. */
    public OwnInfo info() {
        return info;
    }

    /** The refusal of a command, or null if it may be passed on. Ask once for each spec, when routes are built. */
    public @Nullable Refusal refusalFor(CommandSpec spec) {
        return allow.contains(spec.name()) ? null : Refusals.refusalFor(spec);
    }

    /** Whether there may be a user of this name. */
    public boolean knowsUser(String name) {
        return credentials.knows(name);
    }

    /** Whether a client must AUTH before anything else; else it is the default user from the start. */
    public boolean authenticationRequired() {
        return !open;
    }

    /** Whether the nodes have a hash table for each slot, which the cursors of their SCAN name in the lower 14 bits. */
    public boolean nodesScanBySlot() {
        return nodesScanBySlot;
    }

    /** How many databases the nodes have; 0 or 1: only database 0. */
    public int databases() {
        return databases;
    }

    /**
     * What answers a command, or null if that is not for us. Ask once for each spec, when routes are built. Of the containers
     * CLIENT and CLUSTER themselves, which a {@link RequestFrame} leads to if it names none of their subcommands, it is the
     * error that says so.
     */
    public @Nullable LocalCommand commandFor(CommandSpec spec) {
        return commands.get(spec.name());
    }
}
