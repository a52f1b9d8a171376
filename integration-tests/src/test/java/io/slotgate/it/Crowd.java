package io.slotgate.it;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many clients without TLS on one thread, who all have to read the same bytes. */
final class Crowd implements AutoCloseable {
    private static final int READ_AT_ONCE = 64 * 1024;

    /** One of them, and how much it has read of what is expected. */
    private static final class Member {
        final SocketChannel channel;
        int read;

        Member(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private final Selector selector;
    private final List<Member> members = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_AT_ONCE);

    /** Connects to a port of the loopback address. */
    Crowd(int port, int size) throws IOException {
        selector = Selector.open();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            for (int i = 0; i < size; i++) {
                Member member = new Member(SocketChannel.open());
                members.add(member);
                // Ends with a reset: thousands of ports would be taken for a minute else.
                member.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                member.channel.connect(address);
                member.channel.configureBlocking(false);
                member.channel.register(selector, SelectionKey.OP_READ, member);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Each says the same, which must be short. */
    void say(byte[] bytes) throws IOException {
        for (Member member : members) {
            if (member.channel.write(ByteBuffer.wrap(bytes)) < bytes.length) {
                throw new IOException("written in part (expected: " + bytes.length + " bytes in one piece)");
            }
        }
    }

    /**
     * Reads until each has read just these bytes.
     *
     * @param patience how long nothing may come
     */
    void read(byte[] expected, Duration patience) throws IOException {
        members.forEach(member -> member.read = 0);
        int missing = members.size();
        while (missing > 0) {
            if (selector.select(patience.toMillis()) == 0) {
                throw new IOException(missing + " of " + members.size() + " clients wait for more (expected: all of "
                        + expected.length + " bytes)");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                Member member = (Member) key.attachment();
                read(member, expected);
                if (member.read == expected.length) {
                    missing--;
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void read(Member member, byte[] expected) throws IOException {
        int count = member.channel.read(buffer.clear());
        if (count < 0) {
            throw new EOFException("closed after " + member.read + " of " + expected.length + " bytes");
        }
        buffer.flip();
        ByteBuffer rest = ByteBuffer.wrap(expected, member.read, Math.min(count, expected.length - member.read));
        if (!buffer.equals(rest)) {
            throw new IOException("read '" + new String(buffer.array(), 0, count, Wire.BYTES) + "' (expected: '"
                    + new String(expected, member.read, expected.length - member.read, Wire.BYTES) + "')");
        }
        member.read += count;
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }
}
