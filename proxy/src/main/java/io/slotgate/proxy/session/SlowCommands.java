package io.slotgate.proxy.session;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.ClientLine;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;

/** Has slow commands of sessions logged. Belongs to one worker. */
final class SlowCommands {
    private final SessionRoom room;
    private final Observer observer;

    SlowCommands(SessionRoom room) {
        this.room = room;
        this.observer = room.worker().observer();
    }

    /** A command took long; its bytes may still be here. */
    void note(ClientState client, Pending pending) {
        CommandSpec spec = pending.spec();
        if (spec == null || pending.noted()) {
            return;
        }
        pending.note();
        room.worker().counters().slowCommands++;
        // A transaction's bytes begin with MULTI: of all that was queued only its end is named.
        RequestFrame frame = pending.request().kept() && pending.batch() == null ? room.keptFrame(pending) : null;
        observer.slow(spec, frame, pending.since(), ClientLine.address(client.remote()), client.name());
    }
}
