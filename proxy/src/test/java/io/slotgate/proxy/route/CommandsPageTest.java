package io.slotgate.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CommandsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "commands.md");

    @Test
    void isWhatTheRoutesSay() throws IOException {
        String page = CommandsPage.text();
        if (Boolean.getBoolean("commands.page.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/commands.md; to write it anew: mvn -pl topology,proxy test -Dtest=CommandsPageTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dcommands.page.write=true")
                .isEqualTo(page);
    }
}
