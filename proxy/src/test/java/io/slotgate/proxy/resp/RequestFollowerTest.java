package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.resp.RequestReader.Outcome;
import io.slotgate.proxy.resp.RequestReader.Resume;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFollowerTest {
    private static final RequestLimits LIMITS = new RequestLimits(16 << 20, 100, 1024, true);

    /** How many bytes were taken, whether they are the command, and what was wrong (or null). */
    private record Followed(int taken, boolean complete, @Nullable String error) {}

    @Test
    void stopsBehindTheCommand() {
        String command = "*2\r\n$3\r\nGET\r\n$0\r\n\r\n";

        assertThat(follow(command + "*1\r\n")).isEqualTo(new Followed(command.length(), true, null));
        assertThat(follow("*0\r\n*1\r\n")).isEqualTo(new Followed(4, true, null));
        assertThat(follow("")).isEqualTo(new Followed(0, false, null));
    }

    /** Each is a value in some reply, but no argument. */
    @ParameterizedTest
    @ValueSource(strings = {"+a\r\n", ":1\r\n", "*0\r\n", "|0\r\n", "_\r\n", "=5\r\ntxt:a\r\n"})
    void takesNothingButStringsForArguments(String value) {
        assertThat(follow("*2\r\n$3\r\nGET\r\n" + value).error())
                .isEqualTo("Protocol error: expected '$', got '" + value.charAt(0) + "'");
    }

    @Test
    void refusesWhatTheScannerRefuses() {
        assertThat(follow("PING\r\n").error()).isEqualTo("Protocol error: expected '*', got 'P'");
        assertThat(follow("*101\r\n").error()).isEqualTo("Protocol error: invalid multibulk length");
        assertThat(follow("*1\r\n$-1\r\n").error()).isEqualTo("Protocol error: invalid bulk length");
        assertThat(follow("*1\r\n$01\r\n").error()).isEqualTo("Protocol error: invalid bulk length");
        assertThat(follow("*1\r\n$?\r\n").error()).isEqualTo("Protocol error: invalid bulk length");
        assertThat(follow("*1\r\n$16777217\r\n").error()).isEqualTo("Protocol error: invalid bulk length");
        assertThat(follow("*1\r\n$1\r\na\r\r").error()).isEqualTo("Protocol error: expected CRLF behind an argument");
    }

    @Test
    void agreesWithTheScannerHoweverTheBytesArrive() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new RandomRequests(random, 1).bytes();
            if (random.nextBoolean()) {
                bytes = TestBytes.damaged(random, bytes);
            }
            if (bytes.length > 0 && bytes[0] == '*') {
                Outcome scanned = new RequestReader(LIMITS, Resume.ANEW, random, bytes)
                        .read(Pieces.whole(bytes.length));

                Followed followed = follow(bytes, Pieces.random(random, bytes.length));

                boolean first = scanned.left() < bytes.length;
                assertThat(followed.complete()).as("seed %d", seed).isEqualTo(first);
                if (!first && scanned.error() != null) {
                    assertThat(followed.error()).as("seed %d", seed).isEqualTo(scanned.error());
                }
            }
        }
    }

    @Test
    void looksOnlyAtTheEndsOfALargeArgument() {
        int length = 10 << 20;
        byte[] bytes = TestBytes.bytes("*1\r\n$" + length + "\r\n" + "a".repeat(length) + "\r\n");
        WatchedBuffer buffer = new WatchedBuffer(bytes, 0, 0);
        RequestFollower follower = new RequestFollower(LIMITS);
        int taken = 0;
        for (int there : Pieces.every(64 * 1024, bytes.length)) {
            buffer.window(taken, there);
            taken = follower.scan(buffer, taken, there);
        }

        assertThat(follower.complete()).isTrue();
        assertThat(taken).isEqualTo(bytes.length);
        assertThat(buffer.touched()).isLessThan(100);
    }

    private static Followed follow(String bytes) {
        byte[] all = TestBytes.bytes(bytes);
        return follow(all, Pieces.whole(all.length));
    }

    private static Followed follow(byte[] bytes, int[] pieces) {
        WatchedBuffer buffer = new WatchedBuffer(bytes, 0, 7);
        RequestFollower follower = new RequestFollower(LIMITS);
        int at = 7;
        for (int there : pieces) {
            buffer.window(at, 7 + there);
            int behind = follower.scan(buffer, at, 7 + there);
            if (behind == RequestFollower.MALFORMED) {
                return new Followed(at - 7, false, follower.error());
            }
            assertThat(behind).isBetween(at, 7 + there);
            at = behind;
            if (follower.complete()) {
                break;
            }
        }
        return new Followed(at - 7, follower.complete(), null);
    }
}
