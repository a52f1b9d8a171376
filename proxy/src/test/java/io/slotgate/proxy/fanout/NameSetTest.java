package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameSetTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void keepsEachElementOnceInTheOrderInWhichTheyCame(long seed) {
        Random random = new Random(seed);
        NameSet names = new NameSet(Unpooled.buffer());
        Set<String> expected = new LinkedHashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String name = name(random);
            String element = "$" + name.length() + "\r\n" + name + "\r\n";
            ByteBuf from = Unpooled.copiedBuffer("before" + element + "behind", StandardCharsets.ISO_8859_1);

            names.add(from, 6, 6 + element.length());

            expected.add(element);
        }

        assertThat(names.count()).isEqualTo(expected.size());
        assertThat(names.elements().toString(StandardCharsets.ISO_8859_1)).isEqualTo(String.join("", expected));
    }

    /** Short ones come twice, and some look like elements or their ends. */
    private static String name(Random random) {
        StringBuilder name = new StringBuilder();
        int length = random.nextInt(5) == 0 ? random.nextInt(40) : random.nextInt(4);
        for (int i = 0; i < length; i++) {
            name.append("ab$1\r\nc\u00ff\u0000".charAt(random.nextInt(9)));
        }
        return name.toString();
    }
}
