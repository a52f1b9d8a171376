package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void setsNumbersOnTheRight() {
        Table table = new Table(">ID", "NAME");
        table.row(7, "a");
        table.row(1234, "bc");

        assertThat(table.lines()).containsExactly("  ID  NAME", "   7  a", "1234  bc");
    }

    @Test
    void shortensTheLongestUntilItFits() {
        Table table = new Table("A", "B", "C");
        table.row("a".repeat(100), "b".repeat(50), "short");

        assertThat(table.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Text.WIDTH))
                .last().asString().contains("…").endsWith("short");
    }

    @Test
    void saysThatThereIsNothing() {
        assertThat(new Table("A").lines("nothing")).containsExactly("nothing");
    }
}
