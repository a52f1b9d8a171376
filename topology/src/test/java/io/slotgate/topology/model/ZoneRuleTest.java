package io.slotgate.topology.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneRuleTest {
    @ParameterizedTest
    @CsvSource({"10.0.1.0/24,10.0.1.7,true", "10.0.1.0/24,10.0.2.7,false", "10.0.1.128/25,10.0.1.127,false",
        "10.0.1.128/25,10.0.1.128,true", "0.0.0.0/0,1.2.3.4,true", "fd00:1::/32,fd00:1::5,true",
        "fd00:1::/32,fd00:2::5,false", "10.0.1.0/24,fd00:1::5,false", "10.0.1.0/24,cache-1.example.com,false",
        "10.0.1.7,10.0.1.7,true", "10.0.1.7,10.0.1.70,false", "cache-1.example.com,CACHE-1.example.com,true",
        "10.0.1.7/32,10.0.1.7,true", "::/0,1:2:3:4:5:6:7:8,true",
        "1:2:3:4:5:6:7:8/128,1:2:3:4:5:6:7:8,true", "1::8/128,1:0:0:0:0:0:0:8,true", "fe80::/10,febf::1,true",
        "fe80::/10,fec0::1,false", "10.0.1.0/24,10.0.1.256,false", "10.0.1.0/24,10.0.1,false"})
    void saysWhichNodesItIsAbout(String nodes, String host, boolean matches) {
        assertThat(new ZoneRule(nodes, "a").matches(host)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.1.0/33", "10.0.1.0/", "10.0.1.0/-1", "name.example.com/24", "10.0.1/x",
        "::1/129", "1::2::3/64", "1:2:3/64", "12345::/16", "g::/16"})
    void refusesWhatIsNoBlock(String nodes) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ZoneRule(nodes, "a"))
                .withMessageContaining("'" + nodes);
    }

    @Test
    void needsAZone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ZoneRule("10.0.0.1", " "));
    }
}
