package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ShortHeaderTest {
    private static final Pattern HEADER = Pattern.compile(".(0|[1-9][0-9]{0,3})\r\n.*", Pattern.DOTALL);

    @Test
    void readsEveryNumberOfUpToFourDigits() {
        for (int number = 0; number <= 9999; number++) {
            String header = "$" + number + "\r\n";

            assertThat(ShortHeader.number(word(header + "abcd"))).isEqualTo(number);
            assertThat(ShortHeader.size(number)).isEqualTo(header.length());
        }
    }

    @Test
    void leavesEverythingElseAlone() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder bytes = new StringBuilder("$");
            while (bytes.length() < ShortHeader.WORD) {
                bytes.append("0123456789/:\r\n\r\n\r\n-+ \0\u0080\u00b1\u00ff".charAt(random.nextInt(24)));
            }
            Matcher header = HEADER.matcher(bytes);

            assertThat(ShortHeader.number(word(bytes.toString()))).as("%s", bytes)
                    .isEqualTo(header.matches() ? Integer.parseInt(header.group(1)) : -1);
        }
    }

    private static long word(String bytes) {
        return Unpooled.wrappedBuffer(TestBytes.bytes(bytes)).getLong(0);
    }
}
