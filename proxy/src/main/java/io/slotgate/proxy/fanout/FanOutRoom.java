package io.slotgate.proxy.fanout;

import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import java.util.function.LongSupplier;

/** What this room offers to one worker. */
public final class FanOutRoom {
    private final Splitter splitter;
    private final Broadcast broadcast;
    private final SlotScans slotScans;

    /**
     * @param largestMerge most bytes that the replies of one command's parts may have together
     * @param mostGathered the same of all commands
     */
    public FanOutRoom(Worker worker, Upstreams upstreams, Parking parking, LongSupplier largestMerge,
            LongSupplier mostGathered) {
        PartSender sender = new PartSender(worker, upstreams, parking);
        this.splitter = new Splitter(sender, upstreams.pendings(), worker, largestMerge, mostGathered);
        this.broadcast = new Broadcast(worker, splitter.fanOuts(), sender, upstreams.pendings(), upstreams,
                new OwnFigures(worker.observer().slowLog()));
        this.slotScans = new SlotScans(worker, upstreams, parking, splitter.fanOuts(), broadcast, sender);
    }

    public SlotScans slotScans() {
        return slotScans;
    }

    public Splitter splitter() {
        return splitter;
    }

    public Broadcast broadcast() {
        return broadcast;
    }
}
