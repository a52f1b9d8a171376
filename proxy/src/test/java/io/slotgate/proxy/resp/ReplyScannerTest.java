package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.resp.ReplyFeed.Outcome;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyScannerTest {
    private static final int PIECE = 64 * 1024;

    @ParameterizedTest
    @ValueSource(strings = {"+OK\r\n", "+\r\n", "-ERR no\r\n", ":1\r\n", ":-1\r\n", "$-1\r\n", "$0\r\n\r\n",
        "$2\r\n\r\n\r\n",
        "*-1\r\n", "*0\r\n", "*2\r\n$1\r\na\r\n$-1\r\n", "*2\r\n*1\r\n:1\r\n*0\r\n",
        "_\r\n", "#t\r\n", ",1.5\r\n", "(12345678901234567890\r\n", "!5\r\nERR x\r\n", "=7\r\ntxt:abc\r\n",
        "%1\r\n+a\r\n:1\r\n", "%0\r\n", "~2\r\n+a\r\n+b\r\n", ">3\r\n+message\r\n+c\r\n$1\r\nx\r\n",
        "|1\r\n+ttl\r\n:10\r\n$1\r\na\r\n", "*2\r\n:1\r\n|1\r\n+a\r\n*0\r\n:2\r\n", "|0\r\n+OK\r\n",
        "$?\r\n;4\r\nabcd\r\n;1\r\ne\r\n;0\r\n", "$?\r\n;0\r\n", "*?\r\n.\r\n", "*?\r\n:1\r\n*?\r\n:2\r\n.\r\n.\r\n",
        "%?\r\n+a\r\n*2\r\n:1\r\n:2\r\n.\r\n", "~?\r\n$?\r\n;1\r\na\r\n;0\r\n.\r\n", "*1\r\n*?\r\n.\r\n",
        "|?\r\n+a\r\n:1\r\n.\r\n+OK\r\n", "*?\r\n|1\r\n+a\r\n:1\r\n$-1\r\n.\r\n"})
    void findsTheEndOf(String reply) {
        int length = reply.length();

        assertThat(ReplyFeed.read(reply + reply)).isEqualTo(new Outcome(List.of(length, 2 * length), false));
        assertThat(ReplyFeed.read(reply.substring(0, length - 1))).isEqualTo(new Outcome(List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "OK\r\n", "\r\n", "\n", "+\n", "+OK\n", "+a\nb\r\n", "$\r\n", "$-2\r\n", "$x\r\n",
        "$1x\r\n",
        "$1 \r\n", "$1\n", "$3\r\nabcde", "$3\r\nabc\n\r", "$3\r\nabc\rx", "!3\r\nabcXX",
        "$9999999999999999999\r\n", "*\r\n", "*-2\r\n", "*x\r\n", "*2147483648\r\n", "*9223372036854775807\r\n",
        "*1\r\nx", "%1\r\n+a\r\n?\r\n", ".\r\n", ".x\r\n", "*?\r\n.x\r\n", ";1\r\na\r\n", ";0\r\n", "$?\r\n+a\r\n",
        "$?\r\n+",
        "$?\r\n;-1\r\n", "$?\r\n.\r\n", "*?\r\n;0\r\n", "*?\r\n*2\r\n:1\r\n.\r\n", "*?\r\n*1\r\n.\r\n", "*1\r\n.\r\n",
        "*?\r\n%1\r\n+a\r\n.\r\n", "*?\r\n|1\r\n+a\r\n:1\r\n.\r\n", "!?\r\nx", "\u0015\u0003\u0003\0\u0002\u0002\n",
        "HTTP/1.1 400 Bad Request\r\n"})
    void refuses(String garbage) {
        assertThat(ReplyFeed.read(garbage)).isEqualTo(new Outcome(List.of(), true));
    }

    @Test
    void refusesALengthThatHasNoEnd() {
        assertThat(ReplyFeed.read("$" + "1".repeat(31)).malformed()).isFalse();
        assertThat(ReplyFeed.read("$" + "1".repeat(32)).malformed()).isTrue();
    }

    @Test
    void nestsStreamedAggregatesToABound() {
        String streamed = "*?\r\n";

        assertThat(ReplyFeed.read(streamed.repeat(1024) + ".\r\n".repeat(1024)).ends()).hasSize(1);
        assertThat(ReplyFeed.read(streamed.repeat(1025)).malformed()).isTrue();
    }

    @Test
    void forgetsAReplyThatIsCutOff() {
        ReplyScanner scanner = new ReplyScanner();
        for (String cut : new String[]{"$5\r\nab", "*2\r\n", "*?\r\n", "$?\r\n", "+" + "a".repeat(100_000)}) {
            WatchedBuffer buffer = new WatchedBuffer(TestBytes.bytes(cut), 0, 0);
            buffer.window(0, cut.length());
            scanner.scan(buffer, 0, cut.length());
            assertThat(scanner.complete()).as(cut).isFalse();

            scanner.reset();

            buffer = new WatchedBuffer(TestBytes.bytes("+OK\r\n"), 0, 0);
            buffer.window(0, 5);
            assertThat(scanner.complete()).isTrue();
            assertThat(scanner.scan(buffer, 0, 5)).as("after " + cut).isEqualTo(5);
            assertThat(scanner.complete()).isTrue();
        }
    }

    @Test
    void keepsALineWholeThatCouldBeLookedInto() {
        String line = "-MOVED 1 " + "a".repeat(PIECE - 20);
        ReplyFeed feed = new ReplyFeed(TestBytes.bytes(line + "\r\n"));

        feed.read(Pieces.whole(line.length()));

        assertThat(feed.taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1000, PIECE, 1 << 30})
    void passesLinesOfAnyLength(int piece) {
        int length = 1_200_000;
        String line = "+" + "a".repeat(length) + "\r\n";
        byte[] bytes = TestBytes.bytes("*2\r\n" + line + line + ":1\r\n");
        ReplyFeed feed = new ReplyFeed(bytes);

        Outcome outcome = feed.read(Pieces.every(Math.min(piece, bytes.length), bytes.length));

        assertThat(outcome).isEqualTo(new Outcome(List.of(bytes.length - 4, bytes.length), false));
    }

    @Test
    void refusesALongLineThatEndsInABareNewline() {
        byte[] bytes = TestBytes.bytes("+" + "a".repeat(200_000) + "\n");

        assertThat(new ReplyFeed(bytes).read(Pieces.every(PIECE, bytes.length)).malformed()).isTrue();
        assertThat(new ReplyFeed(bytes).read(Pieces.whole(bytes.length)).malformed()).isTrue();
    }

    @Test
    void takesALargeStringWithoutLookingIntoIt() {
        int length = 10 << 20;
        byte[] bytes = TestBytes.bytes("$" + length + "\r\n" + "\r\n".repeat(length / 2) + "\r\n");
        ReplyFeed feed = new ReplyFeed(bytes);

        Outcome outcome = feed.readDropping(new Random(1), Pieces.every(PIECE, bytes.length));

        assertThat(outcome).isEqualTo(new Outcome(List.of(bytes.length), false));
        assertThat(feed.touched()).isLessThan(100);
    }

    @Test
    void takesALargeArrayInOnePass() {
        int count = (10 << 20) / 32;
        byte[] bytes = TestBytes.bytes("*" + count + "\r\n" + ("$25\r\n" + "v".repeat(25) + "\r\n").repeat(count));
        ReplyFeed feed = new ReplyFeed(bytes);

        Outcome outcome = feed.readDropping(new Random(1), Pieces.every(PIECE, bytes.length));

        assertThat(outcome).isEqualTo(new Outcome(List.of(bytes.length), false));
        assertThat(feed.scans()).isLessThanOrEqualTo(bytes.length / PIECE + 1);
        assertThat(feed.touched()).as("bytes looked at").isLessThan(bytes.length);
    }

    @Test
    void lengthsBeyondWhatABufferHoldsAreNoOverflow() {
        String header = "$" + (5L << 30) + "\r\n";
        ReplyFeed feed = new ReplyFeed(TestBytes.bytes(header + "abc"));

        assertThat(feed.read(Pieces.whole(header.length() + 3))).isEqualTo(new Outcome(List.of(), false));
        assertThat(feed.taken()).isEqualTo(header.length() + 3);
    }
}
