package io.slotgate.topology.history;

import static io.slotgate.topology.history.Maps.name;
import static io.slotgate.topology.history.Maps.slots;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.slotgate.topology.history.TopologyEvent.CommandsParked;
import io.slotgate.topology.history.TopologyEvent.ConnectionsLost;
import io.slotgate.topology.history.TopologyEvent.FailedOver;
import io.slotgate.topology.history.TopologyEvent.NodeHealthChanged;
import io.slotgate.topology.history.TopologyEvent.NodeRemoved;
import io.slotgate.topology.history.TopologyEvent.Noted;
import io.slotgate.topology.history.TopologyEvent.SlotsMoved;
import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What somebody reads in the log of what happened: one line each, when it is over, with its figures. */
class HistoryLogTest {
    private static final Cause CAUSE = Cause.proxy("test");

    private final Logger logger = (Logger) LoggerFactory.getLogger(HistoryLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private Level before;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final TopologyHistory history = new TopologyHistory(() -> now);

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(before);
    }

    private void record(TopologyEvent event) {
        history.record(event, CAUSE);
    }

    private void pass(long millis) {
        now = now.plusMillis(millis);
    }

    /** As the text format writes them. */
    private List<String> lines() {
        return appender.list.stream().map(event -> event.getLevel() + " " + event.getFormattedMessage()
                + event.getKeyValuePairs().stream().map(pair -> " " + pair.key + "=\"" + pair.value + "\"")
                        .collect(Collectors.joining()))
                .toList();
    }

    private void health(String node, Health from, Health to) {
        record(new NodeHealthChanged(name(node), from, to));
    }

    @Test
    void aNodeThatWasUnwellIsOneLineWhenItIsWellAgain() {
        health("a", Health.UP, Health.SUSPECTED);
        pass(3_000);
        health("a", Health.SUSPECTED, Health.FAILED);
        pass(30_000);
        health("a", Health.FAILED, Health.SUSPECTED);
        assertThat(lines()).isEmpty();
        pass(1_000);
        health("a", Health.SUSPECTED, Health.UP);

        assertThat(lines()).containsExactly("INFO Node is well again node=\"" + name("a")
                + "\" worst=\"FAILED\" changes=\"3\" unwellMillis=\"34000\"");
    }

    @Test
    void aNodeThatGoesWhileItIsUnwellIsGone() {
        health("a", Health.UP, Health.FAILED);
        pass(5_000);
        record(new NodeRemoved(name("a")));
        record(new NodeRemoved(name("b")));

        assertThat(lines()).containsExactly(
                "INFO Node is gone node=\"" + name("a") + "\" worst=\"FAILED\" changes=\"1\" unwellMillis=\"5000\"");
    }

    @Test
    void aFailoverIsALineAtOnceAndSaysForHowLongThePrimaryWasUnwell() {
        health("a", Health.UP, Health.FAILED);
        pass(2_500);
        record(new FailedOver("s", name("a"), name("b")));
        pass(100);
        // The same one, as a redirect shows it, too.
        record(new FailedOver("s", name("a"), name("b")));
        pass(60_000);
        history.settle();

        assertThat(lines()).containsExactly("INFO Failed over shard=\"s\" from=\"" + name("a") + "\" to=\"" + name("b")
                + "\" cause=\"" + CAUSE + "\" unwellMillis=\"2500\"");
    }

    @Test
    void aPlannedFailoverHadNobodyUnwell() {
        record(new FailedOver("s", name("a"), name("b")));

        assertThat(lines()).singleElement().asString().endsWith(" unwellMillis=\"0\"");
    }

    @Test
    void commandsThatWaitedAreOneLineWhenNoneWaitsAnyMore() {
        record(new CommandsParked(40, 0, Duration.ofMillis(900)));
        pass(1_000);
        history.settle();
        record(new CommandsParked(50, 2, Duration.ofMillis(1_900)));
        pass(9_000);
        history.settle();
        assertThat(lines()).as("it may still grow").isEmpty();
        pass(2_000);
        history.settle();
        pass(60_000);
        history.settle();

        assertThat(lines()).containsExactly("INFO Commands waited for nodes commands=\"90\" expired=\"2\""
                + " longestMillis=\"1900\" withinMillis=\"1000\"");
    }

    @Test
    void lostConnectionsAreOneLineForEachNode() {
        record(new ConnectionsLost(name("a").address(), 1, 20, 70));
        record(new ConnectionsLost(name("b").address(), 1, 0, 0));
        pass(500);
        record(new ConnectionsLost(name("a").address(), 1, 5, 9));
        pass(10_001);
        history.settle();

        assertThat(lines()).containsExactlyInAnyOrder(
                "INFO Connections to a node were lost node=\"" + name("a").address()
                        + "\" connections=\"2\" uncertain=\"25\" resent=\"79\" withinMillis=\"500\"",
                "INFO Connections to a node were lost node=\"" + name("b").address()
                        + "\" connections=\"1\" uncertain=\"0\" resent=\"0\" withinMillis=\"0\"");
    }

    @Test
    void aReshardingIsOneLineHoweverLongItTakes() {
        for (int slot = 0; slot < 200; slot++) {
            record(new SlotsMoved(slots(slot, slot), name("a"), name("b")));
            pass(900);
            history.settle();
        }
        assertThat(lines()).isEmpty();
        pass(10_001);
        history.settle();

        assertThat(lines())
                .containsExactly("INFO Slots moved slots=\"200\" from=\"" + name("a") + "\" to=\"" + name("b")
                        + "\" withinMillis=\"" + 199 * 900 + "\"");
    }

    @Test
    void whatIsToldElsewhereIsNoLine() {
        record(new Noted("x", "y"));
        pass(60_000);
        history.settle();

        assertThat(lines()).isEmpty();
    }
}
