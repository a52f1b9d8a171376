package io.slotgate.proxy.observe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was seen of one command since the start. Immutable.
 *
 * @param name as the server has it, in lower case: {@code get}, {@code config|get}
 * @param commandClass what it belongs to
 * @param calls how often clients gave it; within a transaction counted when it is queued, and not among the latencies
 * @param errors how many of these were answered with an error, by a node or here
 * @param refused how many of the errors were given here, before any node was asked
 * @param uncertain how many of the errors say that nobody knows whether the command was executed
 * @param total from the reading of the command to the handing over of its reply, here, without those that block
 * @param upstream from the sending to a node to its reply; a command that is split or sent to all nodes has one for each part
 */
public record CommandFigures(String name, CommandClass commandClass, long calls, long errors, long refused,
        long uncertain, LatencyFigures total, LatencyFigures upstream) {
    private CommandFigures plus(CommandFigures other) {
        return new CommandFigures(name, commandClass, calls + other.calls, errors + other.errors,
                refused + other.refused, uncertain + other.uncertain, total.plus(other.total),
                upstream.plus(other.upstream));
    }

    /** What several workers saw, by name. */
    public static List<CommandFigures> merge(Collection<List<CommandFigures>> workers) {
        Map<String, CommandFigures> merged = new TreeMap<>();
        for (List<CommandFigures> worker : workers) {
            for (CommandFigures figures : worker) {
                merged.merge(figures.name(), figures, CommandFigures::plus);
            }
        }
        return List.copyOf(new ArrayList<>(merged.values()));
    }
}
