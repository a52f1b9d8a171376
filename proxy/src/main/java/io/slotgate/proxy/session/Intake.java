package io.slotgate.proxy.session;

/**
 * What a session does with the bytes of its client.
 *
 * <pre>
 *          a command was redirected, or has to be alone
 *   Open ───────────────────────────────────────────────> Draining
 *    ^  <─────────────── all before it are answered ────────┘
 *    │
 *    ├── CLIENT PAUSE ──> Held ── it ends ──> Draining
 *    │
 *    │  a command too large to keep begins     ┌───────────┐
 *    ├────────────────────────────────────────>│ Streaming │
 *    │  <────────────────── it was answered ───┴───────────┘
 *    │
 *    └── QUIT, protocol error, half-closed ──> Ended        nothing is read any more; what is under way is answered
 * </pre>
 *
 * An open session also pauses, without leaving the state, while too much of its own is under way or unread.
 */
sealed interface Intake {
    /** Commands are read and sent. */
    record Open() implements Intake {}

    /** No command is read until all that were sent are answered. */
    record Draining() implements Intake {
        Open drained() {
            return OPEN;
        }
    }

    /** The next command is held back by CLIENT PAUSE. */
    record Held() implements Intake {
        /** What was under way before may have been redirected meanwhile. */
        Draining released() {
            return DRAINING;
        }
    }

    /** The bytes are those of one large command, passed on as they come. */
    record Streaming(Upload upload) implements Intake {
        Open answered() {
            return OPEN;
        }
    }

    /** Nothing is read any more; the connection closes when all replies are out. */
    record Ended() implements Intake {}

    Open OPEN = new Open();
    Draining DRAINING = new Draining();
    Held HELD = new Held();
    Ended ENDED = new Ended();
}
