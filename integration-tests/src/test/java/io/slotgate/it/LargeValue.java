package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import java.util.zip.CRC32C;

/** A value that is made while it is written, and checked while it is read; nowhere whole in memory. */
record LargeValue(int size, long seed) {
    private static final byte[] BLOCK = new byte[256 * 1024];

    static {
        new Random(42).nextBytes(BLOCK);
    }

    void set(Wire client, String key) throws IOException {
        sendSet(client, key);
        assertThat(client.readRaw()).isEqualTo("+OK\r\n");
    }

    void get(Wire client, String key) throws IOException {
        client.send("GET", key);
        readBulk(client);
    }

    void sendSet(Wire client, String key) throws IOException {
        client.write("*3\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n");
        sendBulk(client);
    }

    void sendBulk(Wire client) throws IOException {
        client.write("$" + size + "\r\n");
        for (int at = 0; at < size;) {
            int from = blockOffset(at);
            int length = Math.min(BLOCK.length - from, size - at);
            client.write(BLOCK, from, length);
            at += length;
        }
        client.write("\r\n");
    }

    void readBulk(Wire client) throws IOException {
        assertThat(client.readLine()).isEqualTo("$" + size + "\r\n");
        CRC32C read = new CRC32C();
        byte[] part = new byte[64 * 1024];
        for (int left = size; left > 0;) {
            int got = client.in().readNBytes(part, 0, Math.min(part.length, left));
            assertThat(got).as("closed with " + left + " bytes to come").isPositive();
            read.update(part, 0, got);
            left -= got;
        }
        assertThat(read.getValue()).as("checksum").isEqualTo(checksum());
        assertThat(client.readLine()).isEqualTo("\r\n");
    }

    private long checksum() {
        CRC32C sum = new CRC32C();
        for (int at = 0; at < size;) {
            int from = blockOffset(at);
            int length = Math.min(BLOCK.length - from, size - at);
            sum.update(BLOCK, from, length);
            at += length;
        }
        return sum.getValue();
    }

    /** Runs through the block from another place on for each seed. */
    private int blockOffset(int at) {
        return (int) ((at + seed * 997) % BLOCK.length);
    }
}
