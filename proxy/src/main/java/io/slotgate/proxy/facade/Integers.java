package io.slotgate.proxy.facade;

import io.slotgate.proxy.resp.RequestFrame;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers in arguments, as strictly as the server reads them: no plus sign, no leading zero, no space. */
public final class Integers {
    private static final int LONGEST = 20;
    private static final Pattern DECIMAL = Pattern.compile("0|-?[1-9][0-9]*");

    private Integers() {}

    /** The argument's value, or nothing if it is no 64-bit number in its plain decimal form. */
    public static OptionalLong parse(RequestFrame frame, int argument) {
        if (frame.length(argument) > LONGEST) {
            return OptionalLong.empty();
        }
        String text = frame.text(argument);
        if (!DECIMAL.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
