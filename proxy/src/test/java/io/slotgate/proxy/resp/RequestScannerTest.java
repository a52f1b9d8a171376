package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.RequestReader.Outcome;
import io.slotgate.proxy.resp.RequestReader.Resume;
import io.slotgate.proxy.resp.RequestScanner.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScannerTest {
    private static final RequestLimits LIMITS = new RequestLimits(512 << 20, 1 << 20, 64 << 10, true);
    private static final RequestLimits UNAUTHENTICATED = new RequestLimits(16 << 10, 10, 64 << 10, false);

    private final RequestScanner scanner = new RequestScanner(LIMITS);
    private final RequestFrame frame = new RequestFrame();

    @Test
    void findsArgumentsWhereTheyLie() {
        ByteBuf buffer = buffer("xxx*2\r\n$3\r\nGET\r\n$0\r\n\r\nyyy");

        assertThat(scanner.scan(buffer, 3, buffer.writerIndex(), frame)).isEqualTo(Status.COMPLETE);

        assertThat(scanner.position()).isEqualTo(buffer.writerIndex() - 3);
        assertThat(frame.start()).isEqualTo(3);
        assertThat(frame.end()).isEqualTo(scanner.position());
        assertThat(frame.argc()).isEqualTo(2);
        assertThat(frame.offset(0)).isEqualTo(11);
        assertThat(frame.length(0)).isEqualTo(3);
        assertThat(frame.text(0)).isEqualTo("GET");
        assertThat(frame.length(1)).isZero();
    }

    @Test
    void readsCommandAfterCommandIntoOneFrame() {
        assertThat(read("*1\r\n$4\r\nPING\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$1\r\na\r\n"))
                .isEqualTo(new Outcome(List.of(List.of("PING"), List.of("PING"), List.of("ECHO", "a")), null, 0));
    }

    /** Each of these, sent to valkey-server 8.0.1 with PING behind it, was answered with just +PONG. */
    @ParameterizedTest
    @ValueSource(strings = {"*0\r\n", "*-1\r\n", "*-10\r\n", "\r\n", "\n", " \r\n", "\t\u000b\f \r\n", "\r\r\n"})
    void skipsEmptyCommands(String empty) {
        assertThat(read(empty + "PING\r\n")).isEqualTo(new Outcome(List.of(List.of("PING")), null, 0));
    }

    /** Inputs and the errors that valkey-server 8.0.1 answered them with before it closed the connection. */
    static Stream<Arguments> protocolErrors() {
        String multibulk = "Protocol error: invalid multibulk length";
        String bulk = "Protocol error: invalid bulk length";
        return Stream.of(
                arguments("*abc\r\n", multibulk),
                arguments("*\r\n", multibulk),
                arguments("*-\r\n", multibulk),
                arguments("*-0\r\n", multibulk),
                arguments("*00\r\n", multibulk),
                arguments("*01\r\n$4\r\nPING\r\n", multibulk),
                arguments("*-01\r\n", multibulk),
                arguments("*+1\r\n$4\r\nPING\r\n", multibulk),
                arguments("* 1\r\n$4\r\nPING\r\n", multibulk),
                arguments("*1 \r\n$4\r\nPING\r\n", multibulk),
                arguments("*2147483648\r\n", multibulk),
                arguments("*9223372036854775807\r\n", multibulk),
                arguments("*9223372036854775808\r\n", multibulk),
                arguments("*99999999999999999999\r\n", multibulk),
                arguments("*1\r\n$-1\r\n", bulk),
                arguments("*1\r\n$-0\r\n\r\n", bulk),
                arguments("*1\r\n$\r\n", bulk),
                arguments("*1\r\n$abc\r\n", bulk),
                arguments("*1\r\n$04\r\nPING\r\n", bulk),
                arguments("*1\r\n$+4\r\nPING\r\n", bulk),
                arguments("*1\r\n$4\n\nPING\r\n", bulk),
                arguments("*1\r\n$536870913\r\n", bulk),
                arguments("*1\r\n$9223372036854775807\r\n", bulk),
                arguments("*1\r\n$9223372036854775808\r\n", bulk),
                arguments("*1\r\n+4\r\nPING\r\n", "Protocol error: expected '$', got '+'"),
                arguments("*1\r\nPING\r\n", "Protocol error: expected '$', got 'P'"),
                arguments("*1\r\n'\r\n", "Protocol error: expected '$', got '''"),
                arguments("a".repeat((64 << 10) + 1), "Protocol error: too big inline request"),
                arguments("ECHO \"abc\r\n", "Protocol error: unbalanced quotes in request"));
    }

    @ParameterizedTest
    @MethodSource("protocolErrors")
    void saysWhatTheServerSays(String sent, String error) {
        assertThat(read(sent)).isEqualTo(new Outcome(List.of(), error, sent.length()));
    }

    /** What the server answers before AUTH. */
    static Stream<Arguments> unauthenticatedErrors() {
        return Stream.of(
                arguments("*11\r\n", "Protocol error: unauthenticated multibulk length"),
                arguments("*2147483648\r\n", "Protocol error: invalid multibulk length"),
                arguments("*x\r\n", "Protocol error: invalid multibulk length"),
                arguments("*2\r\n$16385\r\n", "Protocol error: unauthenticated bulk length"),
                arguments("*2\r\n$-1\r\n", "Protocol error: invalid bulk length"),
                arguments("a b c d e f g h i j k\r\n", "Protocol error: unauthenticated multibulk length"));
    }

    @ParameterizedTest
    @MethodSource("unauthenticatedErrors")
    void saysWhatTheServerSaysBeforeAuthentication(String sent, String error) {
        assertThat(RequestReader.read(sent, UNAUTHENTICATED)).isEqualTo(new Outcome(List.of(), error, sent.length()));
    }

    /** What the server waits on for ever, or takes although it is wrong. */
    static Stream<Arguments> stricterThanTheServer() {
        return Stream.of(
                arguments("*1\n$4\nPING\n", "Protocol error: invalid multibulk length"),
                arguments("*1\rX$4\r\nPING\r\n", "Protocol error: invalid multibulk length"),
                arguments("*a", "Protocol error: invalid multibulk length"),
                arguments("*" + "1".repeat(19), "Protocol error: invalid multibulk length"),
                arguments("*1\r\n$4\rXPING\r\n", "Protocol error: invalid bulk length"),
                arguments("*1\r\n$4\r\nPINGXX", "Protocol error: expected CRLF behind an argument"),
                arguments("*1\r\n$4\r\nPING\n\n", "Protocol error: expected CRLF behind an argument"),
                arguments("*1\r\n\0", "Protocol error: expected '$', got '\\x00'"),
                arguments("*1\r\n\u00ff", "Protocol error: expected '$', got '\\xff'"),
                arguments("ECHO a\0b\r\n", "Protocol error: NUL byte in inline request"),
                arguments("\u0016\u0003\u0001\0", "Protocol error: NUL byte in inline request"));
    }

    @ParameterizedTest
    @MethodSource("stricterThanTheServer")
    void refusesWhatCouldBeReadInTwoWays(String sent, String error) {
        assertThat(read(sent)).isEqualTo(new Outcome(List.of(), error, sent.length()));
    }

    @Test
    void takesWhatIsJustWithinTheLimits() {
        RequestLimits limits = new RequestLimits(5, 2, 64, true);

        assertThat(RequestReader.read("*2\r\n$5\r\n12345\r\n$5\r\n12345\r\n", limits).error()).isNull();
        assertThat(RequestReader.read("*2\r\n$6\r\n123456\r\n", limits).error()).contains("invalid bulk length");
        assertThat(RequestReader.read("*3\r\n", limits).error()).contains("invalid multibulk length");
        assertThat(RequestReader.read("a b c\r\n", limits).error()).contains("invalid multibulk length");
        assertThat(RequestReader.read("a".repeat(64) + "\n", limits).error()).isNull();
        assertThat(RequestReader.read("a".repeat(64), limits)).isEqualTo(new Outcome(List.of(), null, 64));
        assertThat(RequestReader.read("a".repeat(65), limits).error()).contains("too big inline request");
    }

    @Test
    void anInlineLimitOfAnySizeIsNoOverflow() {
        RequestLimits limits = new RequestLimits(5, 2, Integer.MAX_VALUE, true);

        assertThat(RequestReader.read("PING\r\n", limits)).isEqualTo(new Outcome(List.of(List.of("PING")), null, 0));
    }

    @Test
    void tellsHowMuchIsNeeded() {
        assertNeeded("", 1, -1);
        assertNeeded("*", 2, -1);
        assertNeeded("*3\r", 4, -1);
        assertNeeded("*3\r\n", 4 + 3 * 6, -1);
        assertNeeded("*3\r\n$", 6, -1);
        assertNeeded("*3\r\n$3\r\n", 8 + 5, 3);
        assertNeeded("*3\r\n$3\r\nSET\r", 13, 3);
        assertNeeded("*3\r\n$3\r\nSET\r\n", 13 + 2 * 6, -1);
        assertNeeded("*1\r\n$536870912\r\n", 16 + 536870912 + 2, 536870912);
        assertNeeded("PING", 5, -1);
    }

    @Test
    void neededIsCappedWhereItIsMoreThanABufferHolds() {
        scanner.limits(new RequestLimits(Integer.MAX_VALUE - (1 << 20), Integer.MAX_VALUE, 64, true));

        assertNeeded("*2147483647\r\n", Integer.MAX_VALUE, -1);
        assertNeeded("*1073741824\r\n", Integer.MAX_VALUE, -1);
        assertNeeded("*1\r\n$2146435071\r\n", 17 + 2146435071 + 2, 2146435071);
    }

    @Test
    void afterAnErrorTheFrameTakesAnotherCommand() {
        ByteBuf broken = buffer("*2\r\n$3\r\nGET\r\n+k\r\n");
        ByteBuf whole = buffer("*1\r\n$4\r\nPING\r\n");

        assertThat(scanner.scan(broken, 0, broken.writerIndex(), frame)).isEqualTo(Status.ERROR);
        assertThat(scanner.scan(whole, 0, whole.writerIndex(), frame)).isEqualTo(Status.COMPLETE);

        assertThat(TestBytes.arguments(frame)).containsExactly("PING");
    }

    @Test
    void aMillionArgumentsInSmallPiecesAreReadOnce() {
        int argc = 1 << 20;
        byte[] bytes = TestBytes.bytes("*" + argc + "\r\n" + "$1\r\na\r\n".repeat(argc));
        RequestReader reader = new RequestReader(LIMITS, Resume.SAME_FRAME, new Random(1), bytes);

        Outcome outcome = reader.read(Pieces.every(4096, bytes.length));

        assertThat(outcome.commands()).singleElement().isEqualTo(new ArrayList<>(Collections.nCopies(argc, "a")));
        assertThat(reader.scans()).isLessThanOrEqualTo(bytes.length / 4096 + 3);
        assertThat(reader.touched()).as("bytes looked at").isLessThan(2L * bytes.length);
    }

    @Test
    void aLargeArgumentInSmallPiecesIsNotLookedInto() {
        int length = 8 << 20;
        byte[] bytes = TestBytes.bytes("*1\r\n$" + length + "\r\n" + "a".repeat(length) + "\r\n");
        WatchedBuffer buffer = new WatchedBuffer(bytes, 0, 0);
        for (int to = 16; to < bytes.length; to += 4096) {
            buffer.window(0, to);
            assertThat(scanner.scan(buffer, 0, to, frame)).isEqualTo(Status.INCOMPLETE);
        }
        buffer.window(0, bytes.length);

        assertThat(scanner.scan(buffer, 0, bytes.length, frame)).isEqualTo(Status.COMPLETE);

        assertThat(buffer.touched()).isLessThan(32L * (bytes.length / 4096 + 2));
    }

    private void assertNeeded(String sent, int needed, int openBulk) {
        ByteBuf buffer = buffer(sent);
        frame.reset(buffer, 0, 0);
        assertThat(scanner.scan(buffer, 0, sent.length(), frame)).as(sent).isEqualTo(Status.INCOMPLETE);
        assertThat(scanner.needed()).as(sent).isEqualTo(needed);
        assertThat(scanner.openBulk()).as(sent).isEqualTo(openBulk);
    }

    private static Outcome read(String sent) {
        return RequestReader.read(sent, LIMITS);
    }

    private static ByteBuf buffer(String bytes) {
        return Unpooled.wrappedBuffer(TestBytes.bytes(bytes));
    }
}
