package io.slotgate.proxy.observe;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * What was seen of the commands of one class since the start. Immutable.
 *
 * @param ok answered without an error, or queued within a transaction
 * @param error answered with an error of a node, or because no node could be reached
 * @param uncertain answered UNCERTAIN: nobody knows whether they were executed
 * @param refused answered with an error here, no node was asked
 * @param total as in {@link CommandFigures}
 * @param upstream as in {@link CommandFigures}
 */
public record ClassFigures(long ok, long error, long uncertain, long refused, LatencyFigures total,
        LatencyFigures upstream) {
    /** Of a class that was not used. */
    public static final ClassFigures NONE = new ClassFigures(0, 0, 0, 0, LatencyFigures.NONE, LatencyFigures.NONE);

    private ClassFigures plus(CommandFigures command) {
        long others = command.uncertain() + command.refused();
        return new ClassFigures(ok + command.calls() - command.errors(), error + command.errors() - others,
                uncertain + command.uncertain(), refused + command.refused(), total.plus(command.total()),
                upstream.plus(command.upstream()));
    }

    /** Figures of commands put together by class; classes that were not used are missing. */
    public static Map<CommandClass, ClassFigures> of(Collection<CommandFigures> commands) {
        Map<CommandClass, ClassFigures> classes = new EnumMap<>(CommandClass.class);
        for (CommandFigures command : commands) {
            classes.put(command.commandClass(),
                    classes.getOrDefault(command.commandClass(), NONE).plus(command));
        }
        return classes;
    }
}
