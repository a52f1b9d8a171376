package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.server.Shutdown.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShutdownTest {
    private final List<Part> ended = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void endsPartsInTheirOrderWhateverTheStartsWas(long seed) {
        List<Part> started = new ArrayList<>(Arrays.asList(Part.values()));
        Collections.shuffle(started, new Random(seed));
        Shutdown shutdown = new Shutdown();
        started.forEach(part -> shutdown.add(part, () -> ended.add(part)));

        shutdown.close();

        assertThat(ended).containsExactly(Part.DRAINS, Part.FLEET, Part.LISTENERS, Part.DISCOVERY, Part.WORKERS,
                Part.EVENT_LOOPS, Part.RESOLVER, Part.LISTENERS_TLS, Part.UPSTREAM_TLS);
    }

    @Test
    void endsWhatAStartHasComeTo() {
        Shutdown shutdown = new Shutdown();
        shutdown.add(Part.WORKERS, () -> ended.add(Part.WORKERS));
        shutdown.add(Part.DISCOVERY, () -> ended.add(Part.DISCOVERY));

        shutdown.close();

        assertThat(ended).containsExactly(Part.DISCOVERY, Part.WORKERS);
    }

    @Test
    void endsOnceAndSaysSoFromTheBeginning() {
        Shutdown shutdown = new Shutdown();
        List<Boolean> begun = new ArrayList<>(List.of(shutdown.begun()));
        shutdown.add(Part.FLEET, () -> begun.add(shutdown.begun()));

        shutdown.close();
        shutdown.close();

        assertThat(begun).containsExactly(false, true);
    }

    @Test
    void endsAPartByWhatWasSaidLast() {
        Shutdown shutdown = new Shutdown();
        shutdown.add(Part.LISTENERS_TLS, () -> ended.add(Part.UPSTREAM_TLS));
        shutdown.add(Part.LISTENERS_TLS, () -> ended.add(Part.LISTENERS_TLS));

        shutdown.close();

        assertThat(ended).containsExactly(Part.LISTENERS_TLS);
    }
}
