package io.slotgate.proxy.clients;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One command about clients of all workers, under way:
 *
 * <pre>
 *   home worker ── begin ──> every worker: its part ──> home worker: gathered ── last one ──> answer
 * </pre>
 *
 * Belongs to its home worker; what runs elsewhere touches nothing of it but the query, which never changes.
 */
final class Inquiry {
    /** Lines made in one turn of an event loop, so that its other clients don't wait long. */
    private static final int LINES_PER_TURN = 1024;

    private final Inquiries home;
    private final ClientQuery query;
    private final Client asker;
    private final Pending pending;
    private int missing;
    private long count;
    private final List<ListedClient> lines = new ArrayList<>();

    Inquiry(Inquiries home, ClientQuery query, Client asker, Pending pending) {
        this.home = home;
        this.query = query;
        this.asker = asker;
        this.pending = pending;
    }

    void begin() {
        List<ClientDirectory> directories = home.all().directories();
        missing = directories.size();
        for (ClientDirectory directory : directories) {
            if (directory == home.home()) {
                part(directory);
            } else if (!directory.worker().handOver(() -> part(directory))) {
                // The loop has ended, and its clients with it.
                gathered(0, List.of());
            }
        }
    }

    /** One worker's part; on its event loop. */
    private void part(ClientDirectory directory) {
        long now = home.all().nowMillis();
        switch (query) {
            case ClientQuery.Listing listing -> list(directory, listing.filter(), directory.all(), 0,
                    new ArrayList<>());
            case ClientQuery.Kill kill -> deliver(directory, directory.kill(kill.filter(), asker, now), List.of());
            case ClientQuery.Pause pause -> {
                directory.pause().begin(pause.millis(), pause.writesOnly());
                deliver(directory, 0, List.of());
            }
            case ClientQuery.Unpause() -> {
                directory.pause().end();
                deliver(directory, 0, List.of());
            }
            case ClientQuery.Unblock unblock -> deliver(directory, directory.unblock(unblock.id(), unblock.error()),
                    List.of());
        }
    }

    private void list(ClientDirectory directory, ClientFilter filter, List<Client> clients, int from,
            List<ListedClient> made) {
        long now = home.all().nowMillis();
        int to = Math.min(clients.size(), from + LINES_PER_TURN);
        for (Client client : clients.subList(from, to)) {
            if (directory.has(client) && filter.matches(client.client(), now)) {
                made.add(ClientDirectory.listed(client, now));
            }
        }
        if (to < clients.size()) {
            directory.worker().handOver(() -> list(directory, filter, clients, to, made));
        } else {
            deliver(directory, 0, made);
        }
    }

    private void deliver(ClientDirectory from, long partCount, List<ListedClient> partLines) {
        if (from == home.home()) {
            gathered(partCount, partLines);
        } else {
            home.home().worker().handOver(() -> gathered(partCount, partLines));
        }
    }

    /** A worker's part is here; on the home worker. */
    private void gathered(long partCount, List<ListedClient> partLines) {
        count += partCount;
        lines.addAll(partLines);
        if (--missing == 0) {
            answer();
            home.done();
        }
    }

    private void answer() {
        Worker worker = home.home().worker();
        ByteBuf reply = worker.allocator().directBuffer();
        try {
            switch (query) {
                case ClientQuery.Listing listing -> write(listing, reply);
                case ClientQuery.Kill kill when kill.single() -> {
                    if (count == 0) {
                        ReplyWriter.error(reply, "ERR No such client");
                    } else {
                        ReplyWriter.simple(reply, "OK");
                    }
                }
                case ClientQuery.Kill kill -> ReplyWriter.integer(reply, count);
                case ClientQuery.Pause pause -> ReplyWriter.simple(reply, "OK");
                case ClientQuery.Unpause() -> ReplyWriter.simple(reply, "OK");
                case ClientQuery.Unblock unblock -> ReplyWriter.integer(reply, count);
            }
            pending.answer(worker, reply);
        } finally {
            reply.release();
        }
    }

    private void write(ClientQuery.Listing listing, ByteBuf reply) {
        List<ListedClient> ordered = listing.order() == null ? byId() : asAsked(listing.order());
        long size = 0;
        for (ListedClient line : ordered) {
            size += line.line().length() + 1L;
        }
        if (size > home.largestReply()) {
            ReplyWriter.error(reply, "ERR the list is larger than " + home.largestReply()
                    + " bytes (limits.output-bytes): ask for some clients by ID");
            return;
        }
        StringBuilder text = new StringBuilder((int) size);
        for (ListedClient line : ordered) {
            text.append(line.line()).append('\n');
        }
        ReplyWriter.text(reply, text.toString(), pending.protocol());
    }

    private List<ListedClient> byId() {
        lines.sort(Comparator.comparingLong(ListedClient::id));
        return lines;
    }

    /** As the server has it: one asked for twice is there twice. */
    private List<ListedClient> asAsked(List<Long> order) {
        Map<Long, ListedClient> byId = new HashMap<>();
        for (ListedClient line : lines) {
            byId.put(line.id(), line);
        }
        return order.stream().filter(byId::containsKey).map(byId::get).toList();
    }
}
