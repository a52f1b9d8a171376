package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;
import java.util.List;

/**
 * Keys that several specifications tell together, in their order: {@code ZUNIONSTORE}, {@code BITOP}, {@code SINTERSTORE}.
 * If one of them finds the arguments malformed, they are for the whole command.
 */
record JoinedKeys(List<SpecKeys> parts) implements KeyRule {
    JoinedKeys {
        parts = List.copyOf(parts);
    }

    @Override
    public boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        // By index: an iterator would be an allocation on the hot path.
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).add(frame, out)) {
                out.clear();
                return false;
            }
        }
        return true;
    }
}
