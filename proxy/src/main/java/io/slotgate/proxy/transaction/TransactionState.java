package io.slotgate.proxy.transaction;

/**
 * Where a session is between MULTI and EXEC.
 *
 * <pre>
 *            MULTI                     a command was refused
 *   Idle ───────────> Queueing ───────────────────────────────> Broken
 *    ^                   │  EXEC: sent     DISCARD, RESET: gone   │
 *    └───────────────────┴────────────────────────────────────────┘
 *                                          EXEC: EXECABORT
 * </pre>
 *
 * @see <a href="https://valkey.io/topics/transactions/">Transactions</a>
 */
public sealed interface TransactionState {
    /** Commands are done as they come. */
    record Idle() implements TransactionState {
        public Queueing multi(TransactionQueue queue) {
            return new Queueing(queue);
        }
    }

    /** Commands are queued. The queue is the state's own: who leaves it sends it or gives it back. */
    record Queueing(TransactionQueue queue) implements TransactionState {
        public Broken refused() {
            return BROKEN;
        }

        public Idle ended() {
            return IDLE;
        }
    }

    /** Commands are checked and dropped, for EXEC will refuse. */
    record Broken() implements TransactionState {
        public Idle ended() {
            return IDLE;
        }
    }

    Idle IDLE = new Idle();
    Broken BROKEN = new Broken();
}
