package io.slotgate.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.resp.RequestFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NameIndexTest {
    @Test
    void lowerCaseChangesLettersOnly() {
        for (int b = 0; b < 256; b++) {
            long expected = b >= 'A' && b <= 'Z' ? b + 32 : b;
            for (int shift = 0; shift < 64; shift += 8) {
                // Neighbours at both extremes: nothing may carry over.
                long rest = ~(0xffL << shift);
                assertThat(NameIndex.lowerCase((long) b << shift)).isEqualTo(expected << shift);
                assertThat(NameIndex.lowerCase((long) b << shift | rest)).isEqualTo(expected << shift | rest);
            }
        }
    }

    @Test
    void namesOfEveryLengthAreFoundAndNothingElse() {
        List<CommandSpec> specs = new ArrayList<>();
        for (int length = 1; length <= 70; length++) {
            specs.add(spec("x".repeat(length - 1) + "y"));
            specs.add(spec("x".repeat(length)));
        }
        NameIndex index = new NameIndex(specs);

        for (CommandSpec spec : specs) {
            assertThat(find(index, spec.name())).isSameAs(spec);
            assertThat(find(index, spec.name() + "z")).isNull();
            assertThat(find(index, "z" + spec.name().substring(1))).isNull();
        }
        assertThat(find(index, "")).isNull();
        assertThat(index.specs()).isEqualTo(specs);
    }

    @Test
    void anIndexOfNothingFindsNothing() {
        assertThat(find(new NameIndex(List.of()), "get")).isNull();
    }

    private static CommandSpec spec(String name) {
        return new CommandSpec(0, new CommandEntry(name, 1, Set.of(), List.of()), NoKeys.INSTANCE, null);
    }

    private static @Nullable CommandSpec find(NameIndex index, String name) {
        RequestFrame frame = Frames.of(List.of(name));
        return index.find(frame.buffer(), frame.offset(0), frame.length(0));
    }
}
