package io.slotgate.proxy.plane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** MULTI, EXEC, DISCARD, WATCH and UNWATCH of fake nodes, as a server in cluster mode does them. */
final class FakeTransactions {
    private static final class Connection {
        @Nullable
        List<Command> queued;
        boolean asking;
        boolean aborted;
        final Map<String, Integer> watched = new HashMap<>();
    }

    private record Id(int node, int connection) {}

    private final FakeCluster cluster;
    private final Map<Id, Connection> connections = new HashMap<>();

    FakeTransactions(FakeCluster cluster) {
        this.cluster = cluster;
    }

    long open() {
        return connections.values().stream().filter(each -> each.queued != null).count();
    }

    boolean queues(int node, Command command) {
        Connection connection = connections.get(new Id(node, command.connection()));
        return connection != null && connection.queued != null;
    }

    Answer answer(int node, Command command) {
        Connection connection = connections.computeIfAbsent(new Id(node, command.connection()), id -> new Connection());
        List<Command> queued = connection.queued;
        return switch (command.name()) {
            case "multi" -> {
                connection.queued = new ArrayList<>();
                connection.asking = command.asking();
                connection.aborted = false;
                yield Answer.OK;
            }
            case "exec" -> {
                connection.queued = null;
                Answer answer = queued == null
                        ? Answer.error("ERR EXEC without MULTI")
                        : exec(node, connection, queued);
                connection.watched.clear();
                yield answer;
            }
            case "watch" -> watch(node, connection, command);
            default -> queued == null
                    ? outside(node, connection, command)
                    : queue(node, connection, queued, command);
        };
    }

    private Answer outside(int node, Connection connection, Command command) {
        if (command.is("unwatch")) {
            connection.watched.clear();
        }
        return cluster.run(node, command);
    }

    private Answer queue(int node, Connection connection, List<Command> queued, Command command) {
        Answer redirect = cluster.redirect(node, FakeCluster.keys(command), connection.asking);
        if (redirect != null) {
            connection.aborted = true;
            return redirect;
        }
        queued.add(command);
        return Answer.raw("+QUEUED\r\n");
    }

    private Answer exec(int node, Connection connection, List<Command> queued) {
        Set<String> keys = new LinkedHashSet<>();
        queued.forEach(command -> keys.addAll(FakeCluster.keys(command)));
        Answer redirect = cluster.redirect(node, List.copyOf(keys), connection.asking);
        if (redirect != null) {
            return redirect;
        }
        if (connection.aborted) {
            return Answer.error("EXECABORT Transaction discarded because of previous errors.");
        }
        for (Map.Entry<String, Integer> watched : connection.watched.entrySet()) {
            if (cluster.changes(watched.getKey()) != watched.getValue()) {
                return Answer.raw("*-1\r\n");
            }
        }
        Answer all = Answer.raw("*" + queued.size() + "\r\n");
        for (Command command : queued) {
            all = all.then(cluster.execute(node, command));
        }
        return all;
    }

    private Answer watch(int node, Connection connection, Command command) {
        List<String> keys = FakeCluster.keys(command);
        Answer redirect = cluster.redirect(node, keys, command.asking());
        if (redirect != null) {
            return redirect;
        }
        keys.forEach(key -> connection.watched.putIfAbsent(key, cluster.changes(key)));
        return Answer.OK;
    }
}
