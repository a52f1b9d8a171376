package io.slotgate.proxy.facade;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What one client has told us of itself and is allowed to do. Confined to the client's worker.
 *
 * @see <a href="https://valkey.io/commands/reset/">RESET, which names what a connection's state is</a>
 */
public final class ClientState {
    /** Who a client is until it authenticates as another. */
    public static final String DEFAULT_USER = "default";

    private final long id;
    private final Listener listener;
    private final SocketAddress remote;
    private final SocketAddress local;
    private final long connectedAtMillis;
    private @Nullable String serverName;
    private int protocol = 2;
    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private String user = DEFAULT_USER;
    private @Nullable UpstreamUser accepted;
    private @Nullable UpstreamUser upstreamUser;
    private boolean authenticated;
    private int database;
    private boolean readOnly;
    private boolean noEvict;
    private boolean noTouch;
    private boolean closeAfterReply;
    private long resets;
    private long commands;
    private long bytesIn;
    private long bytesOut;
    private String lastCommand = "NULL";
    private long lastSeenMillis;
    private ReplyMode replies = ReplyMode.ON;
    private int channels;
    private int patterns;
    private int shardChannels;
    private int queued = -1;
    private int watched;
    private boolean blocked;
    private @Nullable ClientTracking tracking;

    /**
     * A client that has just connected.
     *
     * @param id unique in this process and never used again
     * @param remote the client's address
     * @param local the address it reached us by
     * @param connectedAtMillis wall clock, milliseconds since 1970
     * @param authenticated whether it may go on without AUTH: see {@link Facade#authenticationRequired()}
     */
    public ClientState(long id, Listener listener, SocketAddress remote, SocketAddress local, long connectedAtMillis,
            boolean authenticated) {
        this.id = id;
        this.listener = listener;
        this.remote = remote;
        this.local = local;
        this.connectedAtMillis = connectedAtMillis;
        this.lastSeenMillis = connectedAtMillis;
        this.authenticated = authenticated;
    }

    public long id() {
        return id;
    }

    public Listener listener() {
        return listener;
    }

    public SocketAddress remote() {
        return remote;
    }

    public SocketAddress local() {
        return local;
    }

    /** Wall clock, milliseconds since 1970. */
    public long connectedAtMillis() {
        return connectedAtMillis;
    }

    /** The host name the client asked for in its TLS handshake, as it sent it; null if it sent none. */
    public @Nullable String serverName() {
        return serverName;
    }

    public void serverName(@Nullable String serverName) {
        this.serverName = serverName;
    }

    /** 2 or 3. */
    public int protocol() {
        return protocol;
    }

    void protocol(int protocol) {
        if (protocol != 2 && protocol != 3) {
            throw new IllegalArgumentException("protocol: " + protocol + " (expected: 2 or 3)");
        }
        this.protocol = protocol;
    }

    /** What CLIENT SETNAME set; empty if it has no name. */
    public String name() {
        return name;
    }

    void name(String name) {
        this.name = name;
    }

    /** {@code lib-name} of CLIENT SETINFO, or empty. */
    public String libraryName() {
        return libraryName;
    }

    void libraryName(String libraryName) {
        this.libraryName = libraryName;
    }

    /** {@code lib-ver} of CLIENT SETINFO, or empty. */
    public String libraryVersion() {
        return libraryVersion;
    }

    void libraryVersion(String libraryVersion) {
        this.libraryVersion = libraryVersion;
    }

    /** The user it acts as; means nothing until {@link #authenticated()}. */
    public String user() {
        return user;
    }

    /** As whom its commands are sent; null: as whom the proxy itself is. */
    public @Nullable UpstreamUser upstreamUser() {
        return upstreamUser;
    }

    /** The nodes have accepted this user: the login that asked for it may go on; null: no longer. */
    public void accepted(@Nullable UpstreamUser user) {
        accepted = user;
    }

    boolean isAccepted() {
        return accepted != null;
    }

    public boolean authenticated() {
        return authenticated;
    }

    void authenticatedAs(String user) {
        this.user = user;
        this.upstreamUser = accepted;
        this.accepted = null;
        this.authenticated = true;
    }

    /** What SELECT chose. */
    public int database() {
        return database;
    }

    public void database(int database) {
        this.database = database;
    }

    /** Whether READONLY is in force. */
    public boolean readOnly() {
        return readOnly;
    }

    void readOnly(boolean readOnly) {
        this.readOnly = readOnly;
    }

    /** Whether this client's reads may go to replicas: it came by the read port, or READONLY is in force. */
    public boolean readsFromReplicas() {
        return readOnly || listener == Listener.READ;
    }

    /** Whether the client asked to be spared when clients are closed to save memory (CLIENT NO-EVICT). */
    public boolean noEvict() {
        return noEvict;
    }

    void noEvict(boolean noEvict) {
        this.noEvict = noEvict;
    }

    /** Whether the client asked that its commands leave keys' ages alone (CLIENT NO-TOUCH). */
    public boolean noTouch() {
        return noTouch;
    }

    void noTouch(boolean noTouch) {
        this.noTouch = noTouch;
    }

    /** Whether the connection ends when all replies so far, the last one among them, have left. */
    public boolean closeAfterReply() {
        return closeAfterReply;
    }

    public void closeAfterReply(boolean closeAfterReply) {
        this.closeAfterReply = closeAfterReply;
    }

    /** Back to what it was when it connected, but for its id, its library and its counts. */
    void reset(boolean authenticated) {
        this.protocol = 2;
        this.name = "";
        this.user = DEFAULT_USER;
        this.upstreamUser = null;
        this.authenticated = authenticated;
        this.database = 0;
        this.readOnly = false;
        this.noEvict = false;
        this.noTouch = false;
        // Who wants no answer to the next command gets none to RESET either.
        this.replies = replies == ReplyMode.OFF ? ReplyMode.ON : replies;
        this.tracking = null;
        this.resets++;
    }

    /** How often RESET was done. */
    public long resets() {
        return resets;
    }

    /** Commands so far, this one not among them unless already counted. */
    public long commands() {
        return commands;
    }

    public void countCommand() {
        commands++;
    }

    /** Full name of the last command; {@code NULL} as long as there was none. */
    public String lastCommand() {
        return lastCommand;
    }

    public void lastCommand(String name) {
        lastCommand = name;
    }

    /** When it last sent something: wall clock, milliseconds since 1970. */
    public long lastSeenMillis() {
        return lastSeenMillis;
    }

    public void lastSeenMillis(long millis) {
        lastSeenMillis = millis;
    }

    /** Which of its commands are answered. */
    public ReplyMode replies() {
        return replies;
    }

    public void replies(ReplyMode mode) {
        replies = mode;
    }

    /** Channels it is subscribed to. */
    public int channels() {
        return channels;
    }

    /** Patterns it is subscribed to. */
    public int patterns() {
        return patterns;
    }

    /** Shard channels it is subscribed to. */
    public int shardChannels() {
        return shardChannels;
    }

    /** What it is subscribed to, as CLIENT LIST tells it. */
    public void subscriptions(int channels, int patterns, int shardChannels) {
        this.channels = channels;
        this.patterns = patterns;
        this.shardChannels = shardChannels;
    }

    public boolean subscribed() {
        return channels + patterns + shardChannels > 0;
    }

    /** Commands queued in its transaction; -1: it is in none. */
    public int queued() {
        return queued;
    }

    /** Keys it watches; one that it named twice counts twice. */
    public int watched() {
        return watched;
    }

    /** How its transaction stands, as CLIENT LIST tells it. */
    public void transaction(int queued, int watched) {
        this.queued = queued;
        this.watched = watched;
    }

    /** Whether it waits in a blocking command. */
    public boolean blocked() {
        return blocked;
    }

    public void blocked(boolean blocked) {
        this.blocked = blocked;
    }

    /** How it tracks keys; null if it does not. */
    public @Nullable ClientTracking tracking() {
        return tracking;
    }

    public void tracking(@Nullable ClientTracking tracking) {
        this.tracking = tracking;
    }

    /** Bytes of RESP that came from the client. */
    public long bytesIn() {
        return bytesIn;
    }

    public void countBytesIn(long bytes) {
        bytesIn += bytes;
    }

    /** Bytes of RESP that went to the client. */
    public long bytesOut() {
        return bytesOut;
    }

    public void countBytesOut(long bytes) {
        bytesOut += bytes;
    }
}
