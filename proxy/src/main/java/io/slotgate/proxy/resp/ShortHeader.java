package io.slotgate.proxy.resp;

/**
 * Reads the header of an element, as in {@code $64\r\n}, out of one word instead of byte by byte: all but the headers of
 * long strings and large arrays are that short.
 */
final class ShortHeader {
    /** Bytes of a word; a header can only be read from one if there are as many. */
    static final int WORD = Long.BYTES;

    private static final int CRLF = 0x0D0A;

    private ShortHeader() {}

    /**
     * The number behind the type, of one to four digits without zeros in front.
     *
     * @param word eight bytes from the type on, the first one highest
     * @return -1 if there is no such number with CRLF behind it
     */
    static int number(long word) {
        int first = digit(word, 48);
        if ((short) (word >>> 32) == CRLF) {
            return first <= 9 ? first : -1;
        }
        int second = digit(word, 40);
        if (first == 0 || first > 9 || second > 9) {
            return -1;
        }
        int two = first * 10 + second;
        if ((short) (word >>> 24) == CRLF) {
            return two;
        }
        int third = digit(word, 32);
        int three = two * 10 + third;
        if (third <= 9 && (short) (word >>> 16) == CRLF) {
            return three;
        }
        int fourth = digit(word, 24);
        return third <= 9 && fourth <= 9 && (short) (word >>> 8) == CRLF ? three * 10 + fourth : -1;
    }

    /** Bytes of the header whose {@link #number} this is, type and CRLF included. */
    static int size(int number) {
        if (number < 100) {
            return number < 10 ? 4 : 5;
        }
        return number < 1000 ? 6 : 7;
    }

    /** 0..9, or more if it is no digit. */
    private static int digit(long word, int shift) {
        return ((int) (word >>> shift) - '0') & 0xff;
    }
}
