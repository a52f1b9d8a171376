package io.slotgate.proxy.facade;

import io.slotgate.proxy.resp.RequestFrame;

/** What a client may call itself. */
final class ClientNames {
    static final byte[] INVALID_NAME = Replies
            .bytes("-ERR Client names cannot contain spaces, newlines or special characters.\r\n");

    private ClientNames() {}

    /** Whether the argument has only the characters '!' to '~', so that it can't break a line of CLIENT INFO. May be empty. */
    static boolean valid(RequestFrame frame, int argument) {
        int offset = frame.offset(argument);
        for (int i = 0; i < frame.length(argument); i++) {
            byte b = frame.buffer().getByte(offset + i);
            if (b < '!' || b > '~') {
                return false;
            }
        }
        return true;
    }
}
