package io.slotgate.proxy.server;

/** Whether commands can be served: every slot has an owner, and the proxy does not end. Any thread. */
record Readiness(UpstreamCluster cluster, Shutdown shutdown) {
    boolean now() {
        return !shutdown.begun() && cluster.covered();
    }
}
