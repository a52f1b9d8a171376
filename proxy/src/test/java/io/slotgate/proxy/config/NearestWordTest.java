package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestWordTest {
    private static final List<String> WORDS = List.of("host", "port", "connect-timeout", "reconnect-min");

    @Test
    void findsTheWordThatWasMeant() {
        assertThat(NearestWord.of("prot", List.of("port-number", "ports"))).isNull();
        assertThat(NearestWord.of("hosts", WORDS)).isEqualTo("host");
        assertThat(NearestWord.of("connectTimeout", WORDS)).isEqualTo("connect-timeout");
        assertThat(NearestWord.of("reconect_min", WORDS)).isEqualTo("reconnect-min");
    }

    @Test
    void guessesNothingFromWhatIsNotAlike() {
        assertThat(NearestWord.of("tls", WORDS)).isNull();
        assertThat(NearestWord.of("x".repeat(1000), WORDS)).isNull();
    }
}
