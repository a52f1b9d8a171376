package io.slotgate.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the key rules of the built-in table to what a real server did with a few thousand argument vectors. */
class RecordedKeysTest {
    private static final List<KeyRecording> RECORDINGS = Recordings.lines(Recordings.KEYS).stream()
            .map(KeyRecording::parse).toList();
    private static final CommandTable TABLE = CommandTable.builtIn();

    @Test
    void everyVectorIsRoutedAsAClusterNodeRoutesIt() {
        List<String> wrong = new ArrayList<>();
        for (KeyRecording recording : RECORDINGS) {
            String route = route(keys(recording));
            if (!route.equals(recording.route())) {
                wrong.add(route + " instead of " + recording.line());
            }
        }

        assertThat(RECORDINGS).hasSizeGreaterThan(3000);
        assertThat(wrong).isEmpty();
    }

    /**
     * COMMAND GETKEYS and the redirecting code of a node differ for a few commands, see the rules' classes; there the
     * redirecting code is the measure.
     */
    @Test
    void everyVectorHasTheKeysThatGetKeysTellsSaveWhereItDiffersFromRouting() {
        Set<String> differing = new TreeSet<>();
        for (KeyRecording recording : RECORDINGS) {
            if (!sorted(keys(recording)).equals(sorted(recording.getKeys()))) {
                differing.add(spec(recording).name());
            }
        }

        assertThat(differing).containsExactly("georadius", "georadiusbymember", "migrate", "pfmerge", "spublish",
                "ssubscribe", "sunsubscribe", "xread", "xreadgroup");
    }

    @Test
    void everyCommandWithKeysIsCovered() {
        Set<String> recorded = RECORDINGS.stream().map(recording -> spec(recording).name()).collect(Collectors.toSet());

        assertThat(TABLE.all().stream().filter(CommandSpec::keyed).map(CommandSpec::name))
                .filteredOn(name -> !name.equals("debug")).containsExactlyInAnyOrderElementsOf(recorded);
    }

    @Test
    void theOnlyKeyOfACommandIsWhatItsRuleFinds() {
        int singles = 0;
        KeyPositions positions = new KeyPositions();
        for (KeyRecording recording : RECORDINGS) {
            CommandSpec spec = spec(recording);
            if (spec.singleKey() != 0 && spec.accepts(recording.args().size())) {
                singles++;
                assertThat(spec.keys().find(Frames.of(recording.args()), positions)).isTrue();
                assertThat(positions.toArray()).as(spec.name()).containsExactly(spec.singleKey());
            }
        }
        assertThat(singles).isGreaterThan(500);
    }

    private static CommandSpec spec(KeyRecording recording) {
        return Objects.requireNonNull(TABLE.find(Frames.of(recording.args())), recording::line);
    }

    private static List<String> keys(KeyRecording recording) {
        RequestFrame frame = Frames.of(recording.args());
        CommandSpec spec = spec(recording);
        KeyPositions positions = new KeyPositions();
        List<String> keys = new ArrayList<>();
        // Servers check the arity before they look for keys.
        if (spec.accepts(frame.argc()) && spec.keys().find(frame, positions)) {
            for (int i = 0; i < positions.count(); i++) {
                keys.add(frame.text(positions.get(i)));
            }
        }
        return keys;
    }

    /** For malformed numbers of keys the server tells a destination last instead of first. */
    private static List<String> sorted(List<String> keys) {
        return keys.stream().sorted().toList();
    }

    private static String route(List<String> keys) {
        Set<Integer> slots = keys.stream().map(key -> SlotHash.slot(key.getBytes(StandardCharsets.ISO_8859_1)))
                .collect(Collectors.toSet());
        return switch (slots.size()) {
            case 0 -> "local";
            case 1 -> Integer.toString(slots.iterator().next());
            default -> "cross";
        };
    }
}
