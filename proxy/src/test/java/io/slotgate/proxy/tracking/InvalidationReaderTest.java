package io.slotgate.proxy.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvalidationReaderTest {
    private static final String HEAD = ">2\r\n$10\r\ninvalidate\r\n";

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer("before" + text, StandardCharsets.ISO_8859_1);
    }

    private static InvalidationReader reader(ByteBuf buffer) {
        return new InvalidationReader(buffer, 6, buffer.writerIndex());
    }

    @Test
    void readsTheKeysWhateverTheirBytes() {
        ByteBuf buffer = bytes(HEAD + "*3\r\n$3\r\na\r\n\r\n$0\r\n\r\n$2\r\n\u00FFb\r\n");
        InvalidationReader reader = reader(buffer);
        List<String> keys = new ArrayList<>();
        while (reader.next()) {
            keys.add(buffer.toString(reader.start(), reader.length(), StandardCharsets.ISO_8859_1));
        }
        assertThat(reader.isInvalidation()).isTrue();
        assertThat(reader.isEverything()).isFalse();
        assertThat(keys).containsExactly("a\r\n", "", "\u00FFb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_\r\n", "*-1\r\n", "$-1\r\n"})
    void aNullMeansEverything(String nothing) {
        InvalidationReader reader = reader(bytes(HEAD + nothing));
        assertThat(reader.isInvalidation()).isTrue();
        assertThat(reader.isEverything()).isTrue();
        assertThat(reader.next()).isFalse();
    }

    @Test
    void otherPushesAreNone() {
        InvalidationReader reader = reader(bytes(">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n"));
        assertThat(reader.isInvalidation()).isFalse();
        assertThat(reader.isEverything()).isFalse();
        assertThat(reader.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*1\r\n:1\r\n", "*1\r\n$9\r\na\r\n", "*2\r\n$1\r\na\r\n", "*1\r\n$x\r\na\r\n"})
    void whatIsNoListOfKeysIsRefused(String keys) {
        ByteBuf buffer = bytes(HEAD + keys);
        assertThatThrownBy(() -> {
            InvalidationReader reader = reader(buffer);
            while (reader.next()) {
                assertThat(reader.length()).isNotNegative();
            }
        }).isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
    }
}
