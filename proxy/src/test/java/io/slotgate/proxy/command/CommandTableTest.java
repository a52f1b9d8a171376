package io.slotgate.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.RequestFrame;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTableTest {
    private static final CommandTable TABLE = CommandTable.builtIn();

    @Test
    void theResourceIsWhatTheRecordedServersTell() throws IOException {
        String expected = CommandResource.text(
                List.of(Recordings.command(Recordings.VALKEY_COMMAND), Recordings.command(Recordings.REDIS_COMMAND)));

        try (InputStream resource = CommandTable.class.getResourceAsStream(BuiltInCommands.RESOURCE)) {
            assertThat(new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    @Test
    void indexesAreDenseAndNamesUnique() {
        assertThat(TABLE.size()).isEqualTo(373);
        assertThat(TABLE.all()).hasSize(TABLE.size()).extracting(CommandSpec::index)
                .containsExactlyElementsOf(IntStream.range(0, TABLE.size()).boxed().toList());
        assertThat(TABLE.all()).extracting(CommandSpec::name).doesNotHaveDuplicates();
    }

    @Test
    void everyCommandIsFoundByItsNameInAnyCase() {
        for (CommandSpec spec : TABLE.all()) {
            List<String> name = List.of(spec.name().split("\\|"));

            assertThat(TABLE.find(Frames.of(name))).isSameAs(spec);
            assertThat(TABLE.find(Frames.of(name.stream().map(part -> part.toUpperCase(Locale.ROOT)).toList())))
                    .isSameAs(spec);
            assertThat(TABLE.byName(spec.name().toUpperCase(Locale.ROOT))).isSameAs(spec);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch", "g", "getx", "ge", "GET\0", "cluster|slots", "g\u00c5t", "ge4", "@et", "[et",
        "georadiusbymember_rox", "averyveryverylongnamethatnocommandoftheserverhas"})
    void unknownNamesAreNotFound(String name) {
        assertThat(TABLE.find(Frames.of(List.of(name)))).isNull();
        assertThat(TABLE.find(Frames.of(List.of(name, "key")))).isNull();
    }

    @Test
    void anEmptyNameAndNoArgumentAreNotFound() {
        assertThat(TABLE.find(Frames.of(List.of("")))).isNull();
        assertThat(TABLE.find(Frames.of(List.of()))).isNull();
        assertThat(TABLE.byName("nosuch")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"cluster slots, cluster|slots", "CLIENT no-evict on, client|no-evict", "Cluster nosuch, cluster",
        "config, config",
        "config get, config|get", "object encoding k, object|encoding", "get get, get",
        "xgroup createconsumer, xgroup|createconsumer"})
    void containersResolveTheirSubcommands(String line, String expected) {
        assertThat(TABLE.find(Frames.of(line))).hasToString(expected);
    }

    @Test
    void aNameIsFoundWhereverItStandsInADirectBuffer() {
        for (int before = 0; before < 10; before++) {
            for (int behind = 0; behind < 10; behind++) {
                ByteBuf buffer = Unpooled.directBuffer(before + 16 + behind, before + 16 + behind);
                try {
                    buffer.writeZero(before).writeCharSequence("ZREVRANGEBYSCORE", StandardCharsets.US_ASCII);
                    while (buffer.isWritable()) {
                        buffer.writeByte('X');
                    }
                    RequestFrame whole = new RequestFrame().reset(buffer, 0, buffer.capacity());
                    whole.addArgument(before, 16);
                    RequestFrame part = new RequestFrame().reset(buffer, 0, buffer.capacity());
                    part.addArgument(before, 9);

                    assertThat(TABLE.find(whole)).hasToString("zrevrangebyscore");
                    assertThat(TABLE.find(part)).hasToString("zrevrange");
                } finally {
                    buffer.release();
                }
            }
        }
    }

    @Test
    void specsTellWhatTheHotPathAsks() {
        CommandSpec get = Objects.requireNonNull(TABLE.byName("get"));
        assertThat(get.readOnly()).isTrue();
        assertThat(get.write()).isFalse();
        assertThat(get.singleKey()).isEqualTo(1);
        assertThat(get.keyed()).isTrue();
        assertThat(get.has(CommandFlag.FAST)).isTrue();
        assertThat(get.container()).isFalse();
        assertThat(get.subcommands()).isEmpty();
        assertThat(get.accepts(2)).isTrue();
        assertThat(get.accepts(3)).isFalse();

        CommandSpec mset = Objects.requireNonNull(TABLE.byName("mset"));
        assertThat(mset.write()).isTrue();
        assertThat(mset.singleKey()).isZero();
        assertThat(mset.accepts(2)).isFalse();
        assertThat(mset.accepts(7)).isTrue();

        assertThat(Objects.requireNonNull(TABLE.byName("blpop")).blocking()).isTrue();
        assertThat(Objects.requireNonNull(TABLE.byName("subscribe")).pubsub()).isTrue();
        assertThat(Objects.requireNonNull(TABLE.byName("shutdown")).admin()).isTrue();
        assertThat(Objects.requireNonNull(TABLE.byName("hello")).noAuth()).isTrue();
        assertThat(Objects.requireNonNull(TABLE.byName("multi")).noMulti()).isTrue();
        assertThat(Objects.requireNonNull(TABLE.byName("ping")).keyed()).isFalse();
        assertThat(Objects.requireNonNull(TABLE.byName("object|encoding")).singleKey()).isEqualTo(2);
        CommandSpec cluster = Objects.requireNonNull(TABLE.byName("cluster"));
        assertThat(cluster.container()).isTrue();
        assertThat(cluster.subcommands()).contains(TABLE.byName("cluster|slots")).doesNotContain(cluster);
    }

    @Test
    void findingAndKeysAllocateNothing() {
        RequestFrame get = Frames.of("GET key");
        RequestFrame sub = Frames.of("XINFO STREAM key");
        RequestFrame union = Frames.of("ZUNIONSTORE to 3 a b c");
        RequestFrame read = Frames.of("XREAD COUNT 10 STREAMS a b 0 0");
        KeyPositions keys = new KeyPositions();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 20_000;
        long sum = run(rounds, keys, get, sub, union, read);

        long before = threads.getCurrentThreadAllocatedBytes();
        sum += run(rounds, keys, get, sub, union, read);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(sum).isEqualTo(2L * rounds * (1 + 1 + 4 + 2));
        assertThat(allocated).isLessThan(rounds);
    }

    private static long run(int rounds, KeyPositions keys, RequestFrame... frames) {
        long sum = 0;
        for (int round = 0; round < rounds; round++) {
            for (RequestFrame frame : frames) {
                CommandSpec spec = TABLE.find(frame);
                if (spec != null && spec.keys().find(frame, keys)) {
                    sum += keys.count();
                    SlotHash.slot(frame.buffer(), frame.offset(keys.get(0)), frame.length(keys.get(0)));
                }
            }
        }
        return sum;
    }
}
