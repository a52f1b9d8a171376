package io.slotgate.proxy.facade;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.CommandSpec;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {
    private final Facade facade = TestFacades.open();
    private final FacadeClient client = new FacadeClient(facade, Listener.CLIENT);

    @Test
    void saysWhatAndWhy() {
        assertThat(client.call("cluster", "slot-stats", "slotsrange", "0", "1")).isEqualTo(
                "-ERR Slotgate: CLUSTER SLOT-STATS is not supported: slots are counted on the nodes that own them\r\n");
        assertThat(client.call("SHUTDOWN"))
                .isEqualTo("-ERR Slotgate: SHUTDOWN is refused: it would act on a node that all clients share\r\n");
        assertThat(client.call("CLUSTER", "MEET", "127.0.0.1", "6379"))
                .isEqualTo("-ERR Slotgate: CLUSTER MEET is refused: the cluster is changed on its own nodes\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster|slot-stats", "monitor", "replicaof", "slaveof", "sync", "psync", "failover",
        "config|set", "config|rewrite", "debug", "migrate", "module|load", "bgsave", "acl|setuser", "acl|list",
        "cluster|setslot", "cluster|reset", "cluster|failover", "cluster|addslots", "cluster|forget"})
    void refuses(String name) {
        assertThat(Refusals.refusalFor(spec(name))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "set", "mget", "scan", "info", "command", "command|docs", "publish", "spublish",
        "subscribe", "punsubscribe", "pubsub|numsub", "eval", "script|load", "cluster|countkeysinslot",
        "cluster|getkeysinslot", "slowlog|get", "dbsize", "acl|cat"})
    void leavesAlone(String name) {
        assertThat(Refusals.refusalFor(spec(name))).isNull();
        assertThat(facade.commandFor(spec(name))).isNull();
    }

    @Test
    void everySubcommandOfClusterAndClientIsEitherAnsweredRefusedOrAboutKeysOrClients() {
        assertThat(FacadeClient.TABLE.all())
                .filteredOn(spec -> spec.name().startsWith("client|") || spec.name().startsWith("cluster|"))
                .filteredOn(spec -> facade.commandFor(spec) == null && Refusals.refusalFor(spec) == null)
                .extracting(CommandSpec::name)
                .containsExactlyInAnyOrder("cluster|countkeysinslot", "cluster|getkeysinslot", "client|list",
                        "client|kill", "client|pause", "client|unpause", "client|unblock", "client|tracking");
    }

    @ParameterizedTest
    @ValueSource(strings = {"requirepass", "RequirePass", "*", "req*", "*pass", "r?quirepass", "[r]equirepass", "[^x]*",
        "mast*h",
        "\\requirepass", "primaryauth", "tls-*", "**a**u**th**", "["})
    void configGetOfPasswordsIsRefused(String pattern) {
        assertThat(applies("config|get", "CONFIG", "GET", "maxmemory", pattern)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxmemory", "maxmemory*", "save", "notify-keyspace-events", "requirepas", "requirepass1",
        "?",
        "x*", "masterauth?", "tls-port", "", "x[r]"})
    void configGetOfOtherSettingsIsNot(String pattern) {
        assertThat(applies("config|get", "CONFIG", "GET", pattern)).isFalse();
    }

    /** Nobody can keep a worker busy with a pattern made for that. */
    @Test
    void longPatternsAreRefusedUnread() {
        assertThat(applies("config|get", "CONFIG", "GET", "*a".repeat(512))).isFalse();
        assertThat(applies("config|get", "CONFIG", "GET", "*a".repeat(512) + "a")).isTrue();
    }

    /** Recorded from Valkey 8.0.1. */
    @Test
    void serversOwnErrors() {
        assertThat(reply(Refusals::crossSlot)).isEqualTo("-CROSSSLOT Keys in request don't hash to the same slot\r\n");
        assertThat(reply(Refusals::authenticationRequired)).isEqualTo("-NOAUTH Authentication required.\r\n");
        assertThat(reply(out -> Refusals.wrongArity(out, "client|id")))
                .isEqualTo("-ERR wrong number of arguments for 'client|id' command\r\n");
        assertThat(reply(out -> Refusals.unknownCommand(out, Frames.frame("foo", "a", "b"))))
                .isEqualTo("-ERR unknown command 'foo', with args beginning with: 'a' 'b' \r\n");
        assertThat(reply(out -> Refusals.unknownSubcommand(out, Frames.frame("Config", "zork"))))
                .isEqualTo("-ERR unknown subcommand 'zork'. Try CONFIG HELP.\r\n");
    }

    private static boolean applies(String name, String... command) {
        return refusal(name).appliesTo(Frames.frame(command));
    }

    private static Refusal refusal(String name) {
        return Objects.requireNonNull(Refusals.refusalFor(spec(name)));
    }

    private static CommandSpec spec(String name) {
        return Objects.requireNonNull(FacadeClient.TABLE.byName(name), name);
    }

    private static String reply(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
