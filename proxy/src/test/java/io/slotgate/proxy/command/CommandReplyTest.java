package io.slotgate.proxy.command;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommandReplyTest {
    private static final List<Object> NONE = List.of();

    @ParameterizedTest
    @MethodSource
    void badShapesAreNamed(Object raw, String message) {
        assertThatThrownBy(() -> CommandReply.read(raw)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static Stream<Arguments> badShapesAreNamed() {
        return Stream.of(Arguments.of("get", "entry: get (expected: a list that begins with a name)"),
                Arguments.of(NONE, "entry: [] (expected: a list that begins with a name)"),
                Arguments.of(List.of("get", 2L), "command 'get': 2 elements (expected: 6 or more)"),
                Arguments.of(List.of(7L, 2L, NONE, 0L, 0L, 0L), "name: 7 (expected: text)"),
                Arguments.of(List.of("a|b", 2L, NONE, 0L, 0L, 0L), "command: 'a|b' (expected: a name without |)"),
                Arguments.of(List.of("GET", "2", NONE, 0L, 0L, 0L), "command 'get': arity: 2 (expected: an integer)"),
                Arguments.of(List.of("get", 1L << 40, NONE, 0L, 0L, 0L),
                        "command 'get': arity: 1099511627776 (expected: an integer)"),
                Arguments.of(List.of("get", 2L, "fast", 0L, 0L, 0L), "command 'get': flags: fast (expected: a list)"),
                Arguments.of(List.of("get", 2L, List.of(1L), 0L, 0L, 0L), "command 'get': flag: 1 (expected: text)"),
                Arguments.of(List.of("get", 2L, NONE, -1L, 0L, 1L), "command 'get': index: -1 (expected: 1 or more)"),
                Arguments.of(withSpec(7L),
                        "command 'get': key specification: 7 (expected: a map or a flat list of pairs)"),
                Arguments.of(withSpec(List.of("flags")),
                        "command 'get': key specification: [flags] (expected: a map or a flat list of pairs)"),
                Arguments.of(withSpec(spec("other", List.of(), "range", range(0, 1, 0))),
                        "command 'get': begin_search type: other (expected: index, keyword or unknown)"),
                Arguments.of(withSpec(spec("index", List.of("index", 1L), "other", List.of())),
                        "command 'get': find_keys type: other (expected: range, keynum or unknown)"),
                Arguments.of(withSpec(spec("index", List.of("index", 0L), "range", range(0, 1, 0))),
                        "command 'get': index: 0 (expected: 1 or more)"),
                Arguments.of(withSpec(spec("index", List.of("index", 1L), "range", range(0, 0, 0))),
                        "command 'get': keystep: 0 (expected: 1 or more)"),
                Arguments.of(withSpec(spec("index", List.of("index", 1L), "range", range(2, 1, 2))),
                        "command 'get': limit: 2 with lastkey 2 (expected: 0, or more with lastkey -1)"),
                Arguments.of(
                        withSpec(spec("keyword", List.of("keyword", "k", "startfrom", 0L), "range", range(0, 1, 0))),
                        "command 'get': startfrom: 0 (expected: an argument, from the start or from the end)"),
                Arguments.of(withSpec(spec("index", List.of("index", 1L), "keynum", keynum(-1, 1, 1))),
                        "command 'get': keynumidx: -1 (expected: 0 or more)"),
                Arguments.of(withSpec(spec("index", List.of("index", 1L), "keynum", keynum(0, -1, 1))),
                        "command 'get': firstkey: -1 (expected: 0 or more)"),
                Arguments.of(withSpec(spec("index", List.of("index", 1L), "keynum", keynum(0, 1, 0))),
                        "command 'get': keystep: 0 (expected: 1 or more)"),
                Arguments.of(
                        List.of("acl", -2L, NONE, 0L, 0L, 0L, NONE, NONE, NONE,
                                List.of(List.of("other|cat", 2L, NONE, 0L, 0L, 0L))),
                        "command 'acl': subcommand: 'other|cat' (expected: acl|...)"));
    }

    private static List<Object> withSpec(Object spec) {
        return List.of("get", 2L, NONE, 0L, 0L, 0L, NONE, NONE, List.of(spec), NONE);
    }

    private static List<Object> spec(String begin, List<Object> beginSpec, String find, List<Object> findSpec) {
        return List.of("begin_search", List.of("type", begin, "spec", beginSpec), "find_keys",
                List.of("type", find, "spec", findSpec));
    }

    private static List<Object> range(long last, long step, long limit) {
        return List.of("lastkey", last, "keystep", step, "limit", limit);
    }

    private static List<Object> keynum(long countAt, long firstAt, long step) {
        return List.of("keynumidx", countAt, "firstkey", firstAt, "keystep", step);
    }
}
