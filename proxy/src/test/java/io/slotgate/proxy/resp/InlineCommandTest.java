package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InlineCommandTest {
    /** Lines, and what valkey-server 8.0.1 answered ECHO with. */
    static Stream<Arguments> echoes() {
        return Stream.of(
                arguments("ECHO hello", "hello"),
                arguments("   ECHO    a   ", "a"),
                arguments("ECHO \"a b\"", "a b"),
                arguments("ECHO 'a b'", "a b"),
                arguments("ECHO \"a\\nb\\rc\\td\\be\\af\"", "a\nb\rc\td\be\u0007f"),
                arguments("ECHO \"\\x41\\x7a\\xff\\x00\"", "Az\u00ff\0"),
                arguments("ECHO \"\\x4A\\x4a\"", "JJ"),
                arguments("ECHO \"\\x4\"", "x4"),
                arguments("ECHO \"\\xg1\"", "xg1"),
                arguments("ECHO \"\\q\\\\\\\"\"", "q\\\""),
                arguments("ECHO 'a\\'b\\nc'", "a'b\\nc"),
                arguments("ECHO \"it's\"", "it's"),
                arguments("ECHO 'say \"x\"'", "say \"x\""),
                arguments("ECHO a\"b c\"", "ab c"),
                arguments("ECHO a'b c'", "ab c"),
                arguments("\"ECHO\" a", "a"),
                arguments("EC\"HO\" a", "a"),
                arguments("ECHO \"\"", ""),
                arguments("ECHO ''", ""),
                arguments("ECHO \"a\" ", "a"),
                arguments("ECHO\ta", "a"),
                arguments("ECHO a\u000bb", "a\u000bb"),
                arguments("ECHO a\fb", "a\fb"),
                arguments("ECHO \u000ba", "a"),
                arguments("ECHO \"a\"\u000b", "a"),
                arguments("ECHO \u000b\"a\"\f", "a"),
                arguments("ECHO \"\r\"", "\r"),
                arguments("ECHO a\\nb", "a\\nb"),
                arguments("ECHO \u00ff\u00fe", "\u00ff\u00fe"),
                arguments("ECHO a\u001cb", "a\u001cb"),
                arguments("ECHO a\u0085b", "a\u0085b"),
                arguments("ECHO a\u00a0b", "a\u00a0b"));
    }

    @ParameterizedTest
    @MethodSource("echoes")
    void splitsAsTheServerDoes(String line, String echoed) {
        assertThat(split(line)).containsExactly("ECHO", echoed);
    }

    /** The server answered each with {@code -ERR Protocol error: unbalanced quotes in request}. */
    @ParameterizedTest
    @ValueSource(strings = {"ECHO \"abc", "ECHO 'abc", "ECHO \"abc\\\"", "ECHO \"a\"b", "ECHO 'a'b", "ECHO \"\\",
        "ECHO 'a\\", "ECHO 'a\\'", "'EC'HO a", "\"", "'"})
    void refusesUnbalancedQuotes(String line) {
        assertThat(parse(line)).isNull();
    }

    @Test
    void splitsAtTabsAndCarriageReturnsWithinALine() {
        assertThat(split("a\tb\rc d")).containsExactly("a", "b", "c", "d");
    }

    @Test
    void becomesAWholeFrame() {
        RequestFrame frame = new RequestFrame();
        InlineCommand command = Objects.requireNonNull(parse("SET \"a key\" \"\\x00\\xff\""));

        command.writeAsFrame(UnpooledByteBufAllocator.DEFAULT, frame);

        assertThat(frame.buffer().toString(frame.start(), frame.size(), StandardCharsets.ISO_8859_1))
                .isEqualTo("*3\r\n$3\r\nSET\r\n$5\r\na key\r\n$2\r\n\0\u00ff\r\n");
        assertThat(TestBytes.arguments(frame)).containsExactly("SET", "a key", "\0\u00ff");
        frame.buffer().release();
    }

    private static List<String> split(String line) {
        RequestFrame frame = new RequestFrame();
        Objects.requireNonNull(parse(line)).writeAsFrame(UnpooledByteBufAllocator.DEFAULT, frame);
        List<String> arguments = TestBytes.arguments(frame);
        frame.buffer().release();
        return arguments;
    }

    private static @Nullable InlineCommand parse(String line) {
        ByteBuf buffer = Unpooled.wrappedBuffer(TestBytes.bytes(line));
        return InlineCommand.parse(buffer, 0, line.length());
    }
}
