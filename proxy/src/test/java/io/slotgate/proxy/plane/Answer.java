package io.slotgate.proxy.plane;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** What a node does about a command; runs when all commands before it on the same connection are answered. */
@FunctionalInterface
public interface Answer {
    Answer OK = raw("+OK\r\n");
    Answer NIL = raw("$-1\r\n");
    /** Never answers. */
    Answer NOTHING = out -> {};
    /** Closes the connection. */
    Answer CLOSE = out -> {
        throw new EOFException("closed by rule");
    };

    void write(OutputStream out) throws IOException, InterruptedException, ExecutionException, TimeoutException;

    /** These bytes, a char for each. */
    static Answer raw(String text) {
        byte[] bytes = Command.bytes(text);
        return out -> out.write(bytes);
    }

    static Answer bulk(String value) {
        return raw(bulkText(value));
    }

    static Answer integer(long value) {
        return raw(":" + value + "\r\n");
    }

    static Answer error(String text) {
        return raw("-" + text + "\r\n");
    }

    /** An array of bulk strings; null: nil. */
    static Answer array(List<String> values) {
        StringBuilder text = new StringBuilder("*" + values.size() + "\r\n");
        values.forEach(value -> text.append(value == null ? "$-1\r\n" : bulkText(value)));
        return raw(text.toString());
    }

    static String bulkText(String value) {
        return "$" + value.length() + "\r\n" + value + "\r\n";
    }

    /** A bulk string of {@code size} bytes without making it. */
    static Answer large(char fill, int size) {
        return out -> {
            out.write(Command.bytes("$" + size + "\r\n"));
            byte[] piece = Command.bytes(String.valueOf(fill).repeat(8192));
            for (int left = size; left > 0; left -= piece.length) {
                out.write(piece, 0, Math.min(left, piece.length));
            }
            out.write(Command.bytes("\r\n"));
        };
    }

    /** This answer once {@code gate} is open. */
    default Answer after(CompletableFuture<?> gate) {
        return out -> {
            out.flush();
            gate.get(30, TimeUnit.SECONDS);
            write(out);
        };
    }

    /** This answer some time later, as of a node that is busy. */
    default Answer late(long micros) {
        return out -> {
            out.flush();
            LockSupport.parkNanos(micros * 1000);
            write(out);
        };
    }

    /** This answer and another one. */
    default Answer then(Answer next) {
        return out -> {
            write(out);
            out.flush();
            next.write(out);
        };
    }
}
