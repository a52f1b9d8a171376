package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandClassTest {
    private final CommandTable table = CommandTable.builtIn();

    @ParameterizedTest
    @CsvSource({"get,READ", "mget,READ", "scan,READ", "set,WRITE", "del,WRITE", "flushall,WRITE", "eval,SCRIPT",
        "evalsha_ro,SCRIPT", "fcall_ro,SCRIPT", "script|load,SCRIPT", "function|load,SCRIPT", "multi,TRANSACTION",
        "exec,TRANSACTION", "watch,TRANSACTION", "blpop,BLOCKING", "xread,BLOCKING", "wait,BLOCKING",
        "subscribe,PUBSUB", "spublish,PUBSUB", "pubsub|channels,PUBSUB", "config|set,ADMIN", "acl|list,ADMIN",
        "ping,OTHER", "auth,OTHER", "hello,OTHER", "client|id,OTHER", "cluster|slots,OTHER"})
    void isWhatACommandDoes(String name, CommandClass expected) {
        assertThat(CommandClass.of(spec(name))).isEqualTo(expected);
    }

    private CommandSpec spec(String name) {
        int bar = name.indexOf('|');
        CommandSpec spec = Objects.requireNonNull(table.byName(bar < 0 ? name : name.substring(0, bar)));
        return bar < 0
                ? spec
                : spec.subcommands().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }
}
