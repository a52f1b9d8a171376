package io.slotgate.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Reads what others write, on a connection that takes what a replica knows, a little older perhaps: pipelines of GET. */
final class StaleReader extends LoadWorker {
    private static final int DEEPEST = 16;

    private final List<String> tags;
    private final Random random;

    StaleReader(int number, LoadClient.Door door, long pauseNanos, List<String> tags) {
        super(number, door, pauseNanos);
        this.tags = tags;
        this.random = new Random(number);
    }

    /** Every other one comes by the port for replica reads, the others say READONLY; every third of all without TLS. */
    static LoadClient open(ProxyFixture proxy, int number) throws IOException {
        if (number % 2 == 0) {
            return new WireLoadClient(proxy.connectForReads());
        }
        Wire wire = number % 3 == 2 ? proxy.connectPlain() : proxy.connect();
        if (!"OK".equals(wire.call("READONLY"))) {
            throw new IOException("READONLY was refused");
        }
        return new WireLoadClient(wire);
    }

    @Override
    void round(LoadClient client) throws IOException {
        List<String[]> commands = new ArrayList<>();
        int depth = 1 + random.nextInt(DEEPEST);
        for (int i = 0; i < depth; i++) {
            commands.add(new String[]{"GET", KeyWorker.register(tags.get(random.nextInt(tags.size())))});
        }
        long begun = System.nanoTime();
        client.pipeline(commands, (i, reply, at) -> {
            figures.answered(begun, at);
            if (reply instanceof Reply.Failure error) {
                error(error, "GET");
            } else if (reply != null && !String.valueOf(reply).matches("[vt]\\d+-.*")) {
                throw new IllegalStateException(commands.get(i)[1] + " was answered " + reply);
            }
        });
    }
}
