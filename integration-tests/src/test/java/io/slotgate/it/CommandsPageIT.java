package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docs/commands.md} has a row for every command and subcommand of the servers. */
@Timeout(120)
class CommandsPageIT {
    private static final Path PAGE = Path.of("..", "docs", "commands.md");

    @Nested
    class OfValkey {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(1).replicas(0));

        @Test
        void noneIsMissing() throws IOException {
            compare(proxy);
        }
    }

    @Nested
    class OfRedis {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.server(ServerKind.REDIS).shards(1).replicas(0));

        @Test
        void noneIsMissing() throws IOException {
            compare(proxy);
        }
    }

    private static void compare(ProxyFixture proxy) throws IOException {
        Set<String> rows = Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)).toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        Set<String> names = new TreeSet<>();
        try (Wire node = Wire.open(proxy.cluster().node(0).address().port())) {
            for (Object name : list(node.call("COMMAND", "LIST"))) {
                names.add(text(name).replace('|', ' '));
            }
            for (Object command : list(node.call("COMMAND"))) {
                for (Object subcommand : list(list(command).get(9))) {
                    names.add(text(list(subcommand).get(0)).replace('|', ' '));
                }
            }
        }
        assertThat(names).hasSizeGreaterThan(300);
        assertThat(rows).containsAll(names);
    }

    private static List<?> list(@Nullable Object reply) {
        return (List<?>) Objects.requireNonNull(reply);
    }

    private static String text(@Nullable Object reply) {
        return String.valueOf(reply).toLowerCase(Locale.ROOT);
    }
}
