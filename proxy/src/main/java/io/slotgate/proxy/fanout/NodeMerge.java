package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.nio.charset.StandardCharsets;

/** Makes one reply of those of all nodes, errors among them. */
enum NodeMerge implements Merge {
    /** The first reply if all did it, else the first error; where only some failed it says how many did it. */
    DONE {
        @Override
        public void merge(FanOut parts, ByteBuf out) {
            int failed = 0;
            Pending failure = parts.part(0);
            for (int i = parts.count() - 1; i >= 0; i--) {
                if (isError(parts.part(i), "")) {
                    failure = parts.part(i);
                    failed++;
                }
            }
            if (failed == 0 || failed == parts.count()) {
                copy(failure, out);
            } else {
                ReplyWriter.error(out, text(failure) + " (Slotgate: " + (parts.count() - failed) + " of "
                        + parts.count() + " primaries did it)");
            }
        }
    },

    /**
     * OK if a script was stopped, UNKILLABLE if one can't be, NOTBUSY if none runs anywhere; of a node that can't be asked its
     * error, unless a script was stopped.
     */
    KILLED {
        @Override
        public void merge(FanOut parts, ByteBuf out) {
            Pending answer = parts.part(0);
            for (int i = 1; i < parts.count(); i++) {
                if (weight(parts.part(i)) > weight(answer)) {
                    answer = parts.part(i);
                }
            }
            copy(answer, out);
        }

        private static int weight(Pending part) {
            if (isError(part, "UNKILLABLE")) {
                return 3;
            }
            if (!isError(part, "")) {
                return 2;
            }
            return isError(part, "NOTBUSY") ? 0 : 1;
        }
    },

    /** What a node says of which the first value, of {@code running_script}, is not null; else what any says. */
    RUNNING {
        @Override
        public void merge(FanOut parts, ByteBuf out) {
            Pending answer = parts.part(0);
            for (int i = 0; i < parts.count(); i++) {
                Pending part = parts.part(i);
                if (!isError(part, "") && (isError(answer, "") || runs(part))) {
                    answer = part;
                }
            }
            copy(answer, out);
        }

        private static boolean runs(Pending part) {
            ByteBuf reply = part.reply().buffer();
            int value = part.reply().offset();
            for (int line = 0; line < 3; line++) {
                value = Frames.behindLine(reply, value);
            }
            return !Frames.isNull(reply, value);
        }
    };

    @Override
    public boolean takesErrors() {
        return true;
    }

    private static boolean isError(Pending part, String code) {
        ByteBuf reply = part.reply().buffer();
        int start = part.reply().offset();
        if (reply.getByte(start) != '-' || part.reply().length() <= code.length()) {
            return false;
        }
        for (int i = 0; i < code.length(); i++) {
            if (reply.getByte(start + 1 + i) != code.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String text(Pending error) {
        return error.reply().buffer().toString(error.reply().offset() + 1, error.reply().length() - 3,
                StandardCharsets.ISO_8859_1);
    }

    private static void copy(Pending part, ByteBuf out) {
        out.writeBytes(part.reply().buffer(), part.reply().offset(), part.reply().length());
    }
}
