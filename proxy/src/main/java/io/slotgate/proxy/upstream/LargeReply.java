package io.slotgate.proxy.upstream;

/** What a requester wants done with a reply that is too large to be handed over whole. */
public enum LargeReply {
    /** Gather it all the same: others have to be answered before it. */
    GATHER,
    /** Hand it over in parts. */
    IN_PARTS,
    /** Drop it: the requester will ask again where a large reply stands in nobody's way. */
    ASK_ELSEWHERE
}
