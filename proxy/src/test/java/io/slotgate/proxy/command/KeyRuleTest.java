package io.slotgate.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single cases to read; the proof is {@link RecordedKeysTest}. */
class KeyRuleTest {
    private static final CommandTable TABLE = CommandTable.builtIn();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            get k                                        | 1
            ping                                         | ''
            mset a 1 b 2 c 3                             | 1 3 5
            mset a 1 b                                   | 1 3
            blpop a b c 0                                | 1 2 3
            blpop 0                                      | ''
            rename a b                                   | 1 2
            bitop and d a b                              | 2 3 4
            pfmerge d                                    | 1
            eval s 0 a                                   | ''
            eval s 2 a b c                               | 3 4
            eval s 3 a b                                 | malformed
            eval s -1 a                                  | malformed
            eval s                                       | malformed
            evalsha s 2147483648 a                       | malformed
            zunion 0 a                                   | malformed
            zunion 2 a b                                 | 2 3
            zunionstore d 2 a b WEIGHTS 1 2              | 1 3 4
            zunionstore d 0 a                            | malformed
            zunionstore d 4 a b                          | malformed
            lmpop 2 a b LEFT                             | 2 3
            blmpop 0 2 a b LEFT                          | 3 4
            sort k BY w_* LIMIT 0 5 GET o_* STORE d      | 1 10
            sort k STORE a STORE b                       | 1 5
            sort k GET STORE ALPHA                       | 1
            sort_ro k BY w_* GET #                       | 1
            georadius k 1 2 3 m STORE a STOREDIST b      | 1 9
            georadiusbymember k store 3 m                | 1
            xread COUNT 2 STREAMS a b 0 0                | 4 5
            xreadgroup GROUP streams c STREAMS a 0       | 5
            xread STREAMS a b 0                          | malformed
            xread STREAMS                                | malformed
            xread COUNT 2                                | malformed
            xread NONSENSE STREAMS a 0                   | malformed
            migrate h 1 k 0 10 COPY                      | 3
            migrate h 1 k 0 10 KEYS a                    | malformed
            debug object k                               | 2
            debug sleep 1                                | ''
            debug OBJECT                                 | ''
            spublish c m                                 | 1
            ssubscribe a b                               | 1 2
            sunsubscribe                                 | ''
            object encoding k                            | 2
            object nosuch k                              | ''
            xinfo stream k                               | 2
            memory usage k                               | 2
            """)
    void keysOf(String line, String expected) {
        RequestFrame frame = Frames.of(line);

        assertThat(describe(Objects.requireNonNull(TABLE.find(frame)), frame)).isEqualTo(expected);
    }

    @Test
    void migrateWithAnEmptyKeyTakesThoseBehindKeys() {
        RequestFrame several = Frames.of(List.of("migrate", "h", "1", "", "0", "10", "AUTH", "keys", "KEYS", "a", "b"));
        RequestFrame none = Frames.of(List.of("migrate", "h", "1", "", "0", "10", "KEYS"));

        assertThat(describe(new MigrateKeys(), several)).isEqualTo("9 10");
        assertThat(describe(new MigrateKeys(), none)).isEqualTo("malformed");
    }

    @Test
    void keywordsMayBeLookedForFromTheEnd() {
        KeywordKeys rule = new KeywordKeys("keys", -2, new KeyFinder.Range(-1, 1, 0));

        assertThat(describe(rule, Frames.of("mod a keys b KEYS c d"))).isEqualTo("5 6");
        assertThat(describe(rule, Frames.of("mod a b"))).isEmpty();
        assertThat(describe(rule, Frames.of("mod"))).isEmpty();
        assertThat(
                describe(new KeywordKeys("keys", Integer.MIN_VALUE, new KeyFinder.Range(-1, 1, 0)), Frames.of("mod a")))
                .isEmpty();
    }

    @Test
    void joinedRulesAreMalformedTogether() {
        JoinedKeys rule = new JoinedKeys(
                List.of(IndexedKeys.single(1), new IndexedKeys(3, new KeyFinder.Range(0, 1, 0))));

        assertThat(describe(rule, Frames.of("mod a b c"))).isEqualTo("1 3");
        assertThat(describe(rule, Frames.of("mod a"))).isEqualTo("malformed");
    }

    /** No frame, however odd, may throw, and no position may lie outside of it. */
    @Test
    void randomFramesNeverThrow() {
        Random random = new Random(11);
        List<String> words = List.of("streams", "STORE", "keys", "get", "by", "limit", "block", "count", "group",
                "auth2", "0",
                "1", "2", "3", "-1", "99999999999", "", "k", "object", "\0", "{}", "storedist", "2147483647");
        KeyPositions keys = new KeyPositions();
        List<KeyRule> rules = new ArrayList<>(TABLE.all().stream().map(CommandSpec::keys).distinct().toList());
        rules.add(new KeywordKeys("keys", 1, new KeyFinder.Counted(1, 2, 3, 0)));
        rules.add(new KeywordKeys("keys", -3, new KeyFinder.Range(-2, 2, 0)));
        rules.add(new IndexedKeys(Integer.MAX_VALUE, new KeyFinder.Range(Integer.MAX_VALUE, Integer.MAX_VALUE, 0)));
        rules.add(
                new IndexedKeys(Integer.MAX_VALUE, new KeyFinder.Counted(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 0)));
        rules.add(new IndexedKeys(1, new KeyFinder.Counted(0, Integer.MAX_VALUE, Integer.MAX_VALUE, 0)));
        rules.add(new IndexedKeys(1, new KeyFinder.Range(Integer.MIN_VALUE, 1, 0)));
        rules.add(new IndexedKeys(2, new KeyFinder.Range(-1, 1, Integer.MAX_VALUE)));
        for (int round = 0; round < 5_000; round++) {
            List<String> args = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                args.add(words.get(random.nextInt(words.size())));
            }
            RequestFrame frame = Frames.of(Unpooled.buffer(), args);
            for (KeyRule rule : rules) {
                boolean wellFormed = rule.find(frame, keys);

                assertThat(wellFormed || keys.count() == 0).as("%s of %s", rule, args).isTrue();
                for (int i = 0; i < keys.count(); i++) {
                    assertThat(keys.get(i)).as("%s of %s", rule, args).isBetween(1, args.size() - 1);
                }
            }
        }
    }

    @Test
    void randomNamesNeverThrow() {
        Random random = new Random(12);
        List<String> names = TABLE.all().stream().map(CommandSpec::name).toList();
        int found = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder name = new StringBuilder(names.get(random.nextInt(names.size())));
            int at = random.nextInt(name.length());
            if (random.nextBoolean()) {
                name.setCharAt(at, (char) random.nextInt(256));
            }
            CommandSpec spec = TABLE.find(Frames.of(List.of(name.toString().split("\\|", 2))));

            if (spec != null) {
                found++;
                assertThat(name.toString()).startsWithIgnoringCase(spec.name());
            }
        }
        assertThat(found).isGreaterThan(20_000);
    }

    private static String describe(CommandSpec spec, RequestFrame frame) {
        return describe(spec.keys(), frame);
    }

    private static String describe(KeyRule rule, RequestFrame frame) {
        KeyPositions keys = new KeyPositions();
        keys.add(77);
        if (!rule.find(frame, keys)) {
            assertThat(keys.count()).isZero();
            return "malformed";
        }
        return Arrays.stream(keys.toArray()).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}
