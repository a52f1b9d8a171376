package io.slotgate.deploy.dev;

/** Which server the nodes of a local cluster run. */
public enum ServerKind {
    VALKEY("valkey-server"), REDIS("redis-server");

    private final String executable;

    ServerKind(String executable) {
        this.executable = executable;
    }

    /** Its name on the PATH. */
    String executable() {
        return executable;
    }
}
