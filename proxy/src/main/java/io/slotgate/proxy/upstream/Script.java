package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * A Lua script and the command that tells it to a node. Immutable, and shared by all workers.
 *
 * @see <a href="https://valkey.io/commands/script-load/">SCRIPT LOAD</a>
 */
public final class Script {
    private static final byte[] LOAD = "*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$".getBytes(StandardCharsets.US_ASCII);

    private final String sha;
    /** SCRIPT LOAD and the script, as a node wants it. */
    private final ByteBuf load;
    private final int bodyLength;

    /**
     * @param sha the body's SHA1 in lower case hexadecimal digits
     * @param body the bytes of the script
     */
    public Script(String sha, byte[] body) {
        this.sha = sha;
        this.bodyLength = body.length;
        byte[] length = (body.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] end = {'\r', '\n'};
        this.load = Unpooled.wrappedBuffer(concatenated(LOAD, length, body, end));
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteBuf all = Unpooled.wrappedBuffer(parts);
        return ByteBufUtil.getBytes(all);
    }

    public String sha() {
        return sha;
    }

    /** Whether this is its body: {@code length} bytes of {@code buffer} from the absolute index {@code offset}. */
    public boolean hasBody(ByteBuf buffer, int offset, int length) {
        return length == bodyLength
                && ByteBufUtil.equals(buffer, offset, load, load.writerIndex() - 2 - bodyLength, length);
    }

    /** Bytes of the script. */
    public int length() {
        return bodyLength;
    }

    /** The command that loads it; not to be changed. */
    ByteBuf load() {
        return load;
    }
}
