package io.slotgate.topology.model;

import java.util.regex.Pattern;

/**
 * Which zone nodes are in that do not say so themselves.
 *
 * @param nodes an address or host name; or a block of addresses, {@code 10.0.1.0/24} or {@code fd00:1::/64}
 * @param zone their availability zone
 */
public record ZoneRule(String nodes, String zone) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]+");

    public ZoneRule {
        if (zone.isBlank()) {
            throw new IllegalArgumentException("zone: '" + zone + "' (expected: not blank)");
        }
        if (nodes.isBlank()) {
            throw new IllegalArgumentException(
                    "nodes: '" + nodes + "' (expected: an address, a name or a block such as "
                            + "10.0.1.0/24)");
        }
        int slash = nodes.indexOf('/');
        if (slash >= 0) {
            byte[] base = literal(nodes.substring(0, slash));
            int bits = bits(nodes.substring(slash + 1));
            if (base.length == 0 || bits < 0 || bits > base.length * 8) {
                throw new IllegalArgumentException("nodes: '" + nodes + "' (expected: a block such as 10.0.1.0/24)");
            }
        }
    }

    /** Whether the rule is about nodes at this host. */
    public boolean matches(String host) {
        int slash = nodes.indexOf('/');
        if (slash < 0) {
            return nodes.equalsIgnoreCase(host);
        }
        byte[] base = literal(nodes.substring(0, slash));
        byte[] address = literal(host);
        int bits = bits(nodes.substring(slash + 1));
        if (base.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if (((base[bit >> 3] ^ address[bit >> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int bits(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** The bytes of an address; none if it is a name, which is never looked up. */
    private static byte[] literal(String host) {
        return host.indexOf(':') < 0 ? fourBytes(host) : sixteenBytes(host);
    }

    private static byte[] fourBytes(String host) {
        String[] parts = host.split("\\.", -1);
        byte[] bytes = new byte[parts.length == 4 ? 4 : 0];
        for (int i = 0; i < bytes.length; i++) {
            int value = number(parts[i], 3, 10);
            if (value < 0 || value > 255) {
                return new byte[0];
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** Eight groups, of which "::" stands for as many zeros as are missing. */
    private static byte[] sixteenBytes(String host) {
        int gap = host.indexOf("::");
        String[] front = groups(gap < 0 ? host : host.substring(0, gap));
        String[] back = groups(gap < 0 ? "" : host.substring(gap + 2));
        int groups = front.length + back.length;
        if (gap < 0 ? groups != 8 : groups > 7) {
            return new byte[0];
        }
        byte[] bytes = new byte[16];
        for (int i = 0; i < groups; i++) {
            int value = number(i < front.length ? front[i] : back[i - front.length], 4, 16);
            if (value < 0) {
                return new byte[0];
            }
            int at = 2 * (i < front.length ? i : 8 - groups + i);
            bytes[at] = (byte) (value >> 8);
            bytes[at + 1] = (byte) value;
        }
        return bytes;
    }

    private static String[] groups(String text) {
        return text.isEmpty() ? new String[0] : text.split(":", -1);
    }

    private static int number(String text, int mostDigits, int radix) {
        if (text.isEmpty() || text.length() > mostDigits || !DIGITS.matcher(text).matches()) {
            return -1;
        }
        try {
            return Integer.parseInt(text, radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
