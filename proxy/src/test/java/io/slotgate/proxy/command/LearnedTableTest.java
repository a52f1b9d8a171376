package io.slotgate.proxy.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnedTableTest {
    private static final CommandTable BUILT_IN = CommandTable.builtIn();

    @ParameterizedTest
    @ValueSource(strings = {Recordings.VALKEY_COMMAND, Recordings.VALKEY_COMMAND_RESP3})
    void learningFromTheRecordedValkeyGivesTheBuiltInTable(String recording) {
        CommandTable learned = CommandTable.learn(Recordings.command(recording));

        assertThat(learned.all()).usingElementComparator((a, b) -> sameSpec(a, b) ? 0 : 1)
                .containsExactlyElementsOf(BUILT_IN.all());
    }

    @Test
    void anOlderServersAritiesAndFlagsCountAndItsGapsAreFilled() {
        CommandTable learned = CommandTable.learn(Recordings.command(Recordings.REDIS_COMMAND));

        assertThat(learned.all()).extracting(CommandSpec::name)
                .containsExactlyElementsOf(BUILT_IN.all().stream().map(CommandSpec::name).toList());
        assertThat(spec(learned, "zrank").arity()).isEqualTo(3);
        assertThat(spec(learned, "multi").noMulti()).isFalse();
        assertThat(spec(learned, "wait").blocking()).isTrue();
        assertThat(spec(learned, "waitaof").arity()).isEqualTo(spec(BUILT_IN, "waitaof").arity());
        assertThat(spec(learned, "xread").keys()).isEqualTo(new StreamKeys());
    }

    @Test
    void redisSixTellsFirstLastAndStepOnly() {
        CommandTable learned = CommandTable.learn(List.of(
                List.of("get", 2L, List.of("readonly", "fast"), 1L, 1L, 1L),
                List.of("blpop", -3L, List.of("write", "noscript"), 1L, -2L, 1L, List.of("@list")),
                List.of("eval", -3L, List.of("noscript", "may_replicate", "movablekeys"), 0L, 0L, 0L, List.of()),
                List.of("mod.pairs", -3L, List.of("write", "module"), 1L, -1L, 2L, List.of()),
                List.of("mod.two", 4L, List.of("readonly"), 2L, 3L, 1L),
                List.of("mod.none", 1L, List.of(), 0L, 0L, 0L)));

        assertThat(spec(learned, "get").singleKey()).isEqualTo(1);
        assertThat(spec(learned, "blpop").blocking()).isTrue();
        assertThat(spec(learned, "blpop").has(CommandFlag.NOSCRIPT)).isTrue();
        assertThat(keys(learned, "blpop a b 0")).containsExactly(1, 2);
        assertThat(keys(learned, "eval x 1 k a")).containsExactly(3);
        assertThat(keys(learned, "mod.pairs a 1 b 2")).containsExactly(1, 3);
        assertThat(keys(learned, "mod.two x a b")).containsExactly(2, 3);
        assertThat(spec(learned, "mod.none").keyed()).isFalse();
        assertThat(learned.size()).isEqualTo(BUILT_IN.size() + 3);
    }

    @Test
    void moduleCommandsAreKnownByTheirKeySpecifications() {
        // Given specifications as RESP2 tells them, and text as bytes as well as strings
        List<Object> store = List.of("flags", List.of("OW"), "begin_search",
                List.of("type", "keyword", "spec", List.of("keyword", "INTO", "startfrom", 2L)), "find_keys",
                List.of("type", "range", "spec", List.of("lastkey", 0L, "keystep", 1L, "limit", 0L)));
        List<Object> source = List.of("notes", "x", bytes("flags"), List.of("RO"), bytes("begin_search"),
                List.of(bytes("type"), bytes("index"), bytes("spec"), List.of(bytes("index"), 1L)), bytes("find_keys"),
                List.of(bytes("type"), bytes("keynum"), bytes("spec"),
                        List.of(bytes("keynumidx"), 0L, bytes("firstkey"), 1L, bytes("keystep"), 2L)));

        CommandTable learned = CommandTable.learn(List.of(
                List.of(bytes("MOD.Merge"), -3L, Set.of("write", "a_new_flag"), 0L, 0L, 0L, List.of(), List.of(),
                        List.of(source, store), List.of()),
                List.of("mod.averyverylongcommandnameindeedlongerthanthat", 2L, List.of(), 1L, 1L, 1L, List.of(),
                        List.of(),
                        List.of(), List.of()),
                List.of("mod", -2L, List.of(), 0L, 0L, 0L, List.of(), List.of(), List.of(),
                        List.of(List.of("mod|look", 3L, List.of("readonly"), 2L, 2L, 1L, List.of(), List.of(),
                                List.of(), List.of()),
                                List.of("help", 2L, List.of(), 0L, 0L, 0L)))));

        assertThat(spec(learned, "mod.merge").write()).isTrue();
        assertThat(keys(learned, "mod.MERGE 2 a 1 b 2 into c")).containsExactly(2, 4, 7);
        assertThat(keys(learned, "mod.MERGE 1 a 1")).containsExactly(2);
        assertThat(keys(learned, "mod.MERGE 3 a 1 b 2")).isNull();
        assertThat(keys(learned, "MOD.averyverylongcommandnameindeedlongerthanthat k")).containsExactly(1);
        assertThat(keys(learned, "mod LOOK k")).containsExactly(2);
        assertThat(spec(learned, "mod|help").keyed()).isFalse();
        assertThat(learned.find(Frames.of("mod other"))).isSameAs(learned.byName("mod"));
    }

    @Test
    void commandsKeepTheirIndexAndNewOnesComeBehind() {
        CommandTable learned = CommandTable.learn(List.of(List.of("aaa", 2L, List.of(), 1L, 1L, 1L)));

        for (CommandSpec spec : BUILT_IN.all()) {
            assertThat(spec(learned, spec.name()).index()).isEqualTo(spec.index());
        }
        assertThat(spec(learned, "aaa").index()).isEqualTo(BUILT_IN.size());
    }

    @Test
    void upstreamReportsNeverReplaceASpecialRule() {
        CommandTable learned = CommandTable.learn(List.of(
                List.of("sort", -2L, List.of("write"), 1L, 1L, 1L, List.of(), List.of(), List.of(), List.of()),
                List.of("migrate", -6L, List.of("write"), 3L, 3L, 1L)));

        assertThat(spec(learned, "sort").keys()).isEqualTo(new SortKeys());
        assertThat(spec(learned, "migrate").keys()).isEqualTo(new MigrateKeys());
    }

    @Test
    void badEntriesAreLeftOutAndTheRestIsLearned() {
        CommandTable learned = CommandTable.learn(Arrays.asList(null, "text", List.of(), List.of("short", 1L),
                List.of(5L, 1L, List.of(), 0L, 0L, 0L), List.of("", 1L, List.of(), 0L, 0L, 0L),
                List.of("a|b", 1L, List.of(), 0L, 0L, 0L), List.of("mod.bad", "x", List.of(), 0L, 0L, 0L),
                List.of("mod.good", 2L, List.of(), 1L, 1L, 1L)));

        assertThat(learned.size()).isEqualTo(BUILT_IN.size() + 1);
        assertThat(spec(learned, "mod.good").singleKey()).isEqualTo(1);
    }

    @Test
    void anEmptyReplyGivesTheBuiltInTable() {
        assertThat(CommandTable.learn(List.of()).size()).isEqualTo(BUILT_IN.size());
    }

    @Test
    void mapsMayBeMaps() {
        Object spec = Map.of("flags", Set.of("RO", "incomplete"), "begin_search",
                Map.of("type", "index", "spec", Map.of("index", 2L)), "find_keys",
                Map.of("type", "range", "spec", Map.of("lastkey", -1L, "keystep", 1L, "limit", 2L)));
        CommandTable learned = CommandTable
                .learn(List.of(List.of("mod.half", -2L, Set.of("readonly"), 0L, 0L, 0L, Set.of(),
                        List.of(), List.of(spec), List.of())));

        assertThat(keys(learned, "mod.half x a b 1 2")).containsExactly(2, 3);
    }

    private static boolean sameSpec(CommandSpec a, CommandSpec b) {
        return a.name().equals(b.name()) && a.index() == b.index() && a.arity() == b.arity()
                && a.flags().equals(b.flags())
                && a.keys().equals(b.keys()) && a.singleKey() == b.singleKey() && a.container() == b.container();
    }

    private static CommandSpec spec(CommandTable table, String name) {
        return Objects.requireNonNull(table.byName(name), name);
    }

    /** The keys' positions, or null for malformed arguments. */
    private static int @Nullable [] keys(CommandTable table, String line) {
        KeyPositions keys = new KeyPositions();
        var frame = Frames.of(line);
        return Objects.requireNonNull(table.find(frame), line).keys().find(frame, keys) ? keys.toArray() : null;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }
}
