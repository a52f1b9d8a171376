package io.slotgate.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.FacadeSettings;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.topology.model.SlotMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockTimeoutTest {
    private final RouteTable routes = new RouteTable(CommandTable.builtIn(),
            new Facade(new FacadeSettings("test", null, 0, 0, 7000, List.of(), "valkey", "8.0.1"), SlotMap::empty));

    private static RequestFrame frame(String command) {
        String[] words = command.split(" ");
        ByteBuf bytes = Unpooled.copiedBuffer(String.join("", words), StandardCharsets.US_ASCII);
        RequestFrame frame = new RequestFrame().reset(bytes, 0, bytes.writerIndex());
        int at = 0;
        for (String word : words) {
            frame.addArgument(at, word.length());
            at += word.length();
        }
        return frame;
    }

    /** What would block a shared channel must never get there. */
    @Test
    void everyBlockingCommandIsLeasedOrRefused() {
        assertThat(CommandTable.builtIn().all()).filteredOn(CommandSpec::blocking).isNotEmpty()
                .allSatisfy(spec -> assertThat(routes.of(spec)).as(spec.name())
                        .isInstanceOfAny(Route.Leased.class, Route.Rejected.class));
    }

    @ParameterizedTest
    @CsvSource({"BLPOP a b 1.5,3,1500", "BRPOP a 0,2,0", "BLMOVE a b LEFT RIGHT 2,5,2000", "BRPOPLPUSH a b 3,3,3000",
        "BZPOPMIN a 0.001,2,1", "BZPOPMAX a 1e1,2,10000", "BLMPOP 4 1 a LEFT,1,4000", "BZMPOP 5 1 a MIN COUNT 2,1,5000",
        "XREAD COUNT 2 block 7 STREAMS s 0,4,7", "XREADGROUP GROUP block block NOACK BLOCK 8 STREAMS s >,6,8",
        "WAIT 1 9,2,9", "WAITAOF 1 1 10,3,10"})
    void findsTheTime(String command, int argument, long millis) {
        RequestFrame frame = frame(command);
        CommandSpec spec = Objects.requireNonNull(
                CommandTable.builtIn()
                        .byName(command.substring(0, command.indexOf(' ')).toLowerCase(java.util.Locale.ROOT)));
        Route.Leased route = (Route.Leased) routes.of(spec);

        assertThat(route.blocks(frame)).isTrue();
        assertThat(route.timeout().argument(frame)).isEqualTo(argument);
        assertThat(route.timeout().nanos(frame.text(argument))).isEqualTo(millis * 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({"XREAD COUNT 2 STREAMS block 0", "XREAD STREAMS s 0",
        "XREADGROUP GROUP block block NOACK STREAMS s >", "XREADGROUP GROUP g c COUNT block NOACK X", "XREAD BLOCK"})
    void withoutBlockStreamsDoNotBlock(String command) {
        assertThat(BlockTimeout.OPTION_MILLIS.argument(frame(command))).isNegative();
    }

    @ParameterizedTest
    @CsvSource({"x", "-1", "''", "nan", "inf", "1e300", "0"})
    void whatIsNoTimeIsLeftToTheServer(String time) {
        assertThat(BlockTimeout.LAST_SECONDS.nanos(time)).isZero();
        assertThat(BlockTimeout.OPTION_MILLIS.nanos(time)).isZero();
    }

    @Test
    void writesWhatIsLeftButNeverForEver() {
        assertThat(BlockTimeout.FIRST_SECONDS.text(1_234_567_890_123L)).isEqualTo("1234.567");
        assertThat(BlockTimeout.LAST_SECONDS.text(-1)).isEqualTo("0.001");
        assertThat(BlockTimeout.OPTION_MILLIS.text(1_234_567_890L)).isEqualTo("1234");
        assertThat(BlockTimeout.LAST_MILLIS.text(0)).isEqualTo("1");
    }
}
