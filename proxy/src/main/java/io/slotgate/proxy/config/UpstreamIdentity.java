package io.slotgate.proxy.config;

/**
 * The user of the cluster that one of ours acts as: what it may do is what the cluster's ACL says.
 *
 * @param name one word
 */
public record UpstreamIdentity(String name, Secret password) {
    public UpstreamIdentity {
        Problems problems = new Problems();
        problems.word("upstream-user", name);
        problems.throwIfAny();
    }
}
