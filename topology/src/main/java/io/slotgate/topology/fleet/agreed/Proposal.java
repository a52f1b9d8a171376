package io.slotgate.topology.fleet.agreed;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A change as it stands in a log: bytes that say the version it is for. */
record Proposal(long expectedVersion, Change change) {
    private static final int FORMAT = 1;

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        out.writeLong(expectedVersion);
        writeMap(out, change.put());
        out.writeInt(change.removed().size());
        for (String name : new TreeSet<>(change.removed())) {
            writeText(out, name);
        }
    }

    /** @throws IOException if it is no proposal */
    static Proposal readFrom(DataInput in) throws IOException {
        int format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("format: " + format + " (expected: " + FORMAT + ")");
        }
        long expected = in.readLong();
        Map<String, String> put = readMap(in);
        Set<String> removed = new HashSet<>();
        for (int left = count(in); left > 0; left--) {
            removed.add(readText(in));
        }
        try {
            return new Proposal(expected, new Change(put, removed));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static void writeMap(DataOutput out, Map<String, String> values) throws IOException {
        out.writeInt(values.size());
        for (Map.Entry<String, String> value : new TreeMap<>(values).entrySet()) {
            writeText(out, value.getKey());
            writeText(out, value.getValue());
        }
    }

    static Map<String, String> readMap(DataInput in) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (int left = count(in); left > 0; left--) {
            values.put(readText(in), readText(in));
        }
        return values;
    }

    private static int count(DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > Agreement.MOST) {
            throw new IOException("settings: " + count + " (expected: 0.." + Agreement.MOST + ")");
        }
        return count;
    }

    private static void writeText(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > Agreement.LONGEST_VALUE) {
            throw new IOException("length: " + length + " (expected: 0.." + Agreement.LONGEST_VALUE + ")");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
