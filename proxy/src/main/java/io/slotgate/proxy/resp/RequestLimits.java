package io.slotgate.proxy.resp;

/**
 * How large a command may be before it is refused as a protocol error.
 *
 * @param bulkBytes largest single argument, in bytes ({@code proto-max-bulk-len} of the server)
 * @param arguments most arguments of one command
 * @param inlineBytes longest inline command, in bytes
 * @param authenticated false while the client has yet to authenticate, which only changes the error's text
 */
public record RequestLimits(long bulkBytes, int arguments, int inlineBytes, boolean authenticated) {
    public RequestLimits {
        if (bulkBytes < 1 || bulkBytes > Integer.MAX_VALUE - 1024 * 1024) {
            throw new IllegalArgumentException("bulkBytes: " + bulkBytes + " (expected: 1..2146435071)");
        }
        if (arguments < 1) {
            throw new IllegalArgumentException("arguments: " + arguments + " (expected: 1..)");
        }
        if (inlineBytes < 64) {
            throw new IllegalArgumentException("inlineBytes: " + inlineBytes + " (expected: 64..)");
        }
    }
}
