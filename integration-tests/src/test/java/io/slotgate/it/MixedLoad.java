package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.it.history.CounterCheck;
import io.slotgate.it.history.DeliveryCheck;
import io.slotgate.it.history.MessageCheck;
import io.slotgate.it.history.Operation;
import io.slotgate.it.history.RegisterCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Many clients that do all sorts of things at once, over TLS and plain connections, while something happens to the cluster; they
 * note what they see, and it is checked in the end: {@code io.slotgate.it.history}.
 *
 * <pre>
 *   try (MixedLoad load = MixedLoad.through(proxy, Settings.on(tags)).start()) {
 *       load.begins();      // what was before is "before"
 *       … fail over …
 *       load.ends();
 *       LoadReport report = load.finish();
 *   }
 * </pre>
 */
final class MixedLoad implements AutoCloseable {
    private static final Duration LAST_MESSAGES = Duration.ofSeconds(10);
    private static final int LISTS = 4;
    private static final int CHANNELS = 3;

    /**
     * How much of it.
     *
     * @param keyClients clients that read and write keys
     * @param tags hash tags of their keys
     * @param everything false: neither transactions nor lists nor messages
     * @param pauseNanos of each client between two pipelines
     */
    record Settings(int keyClients, List<String> tags, boolean everything, long pauseNanos) {
        /** Enough to have something in flight everywhere at any time; not so much that there is nothing but load. */
        static Settings on(List<String> tags) {
            return new Settings(6, tags, true, 3_000_000);
        }

        Settings keysOnly() {
            return new Settings(keyClients, tags, false, pauseNanos);
        }
    }

    private final Settings settings;
    private final LoadClient.Door door;
    private final @Nullable ProxyFixture proxy;
    private final List<KeyWorker> keyWorkers = new ArrayList<>();
    private final List<ListWorkers.Producer> producers = new ArrayList<>();
    private final List<ListWorkers.Consumer> consumers = new ArrayList<>();
    private final List<MessageWorkers.Publisher> publishers = new ArrayList<>();
    private final List<MessageWorkers.Subscriber> subscribers = new ArrayList<>();
    private final List<String> lists = new ArrayList<>();
    private final long startedAt = System.nanoTime();
    private long begunAt = startedAt;
    private long endedAt = Long.MAX_VALUE;
    private boolean over;

    private MixedLoad(Settings settings, LoadClient.Door door, @Nullable ProxyFixture proxy) {
        this.settings = settings;
        this.door = door;
        this.proxy = proxy;
    }

    /** Through the proxy: most clients over TLS, every third without. */
    static MixedLoad through(ProxyFixture proxy, Settings settings) {
        return new MixedLoad(settings,
                number -> new WireLoadClient(number % 3 == 2 ? proxy.connectPlain() : proxy.connect()), proxy);
    }

    /** Through the proxy over plain connections, as those who go straight to the nodes have them: keys only. */
    static MixedLoad keysThrough(ProxyFixture proxy, Settings settings) {
        return by(number -> new WireLoadClient(proxy.connectPlain()), settings);
    }

    /** By another way, keys only. */
    static MixedLoad by(LoadClient.Door door, Settings settings) {
        return new MixedLoad(settings.keysOnly(), door, null);
    }

    /** By another way, where connections may end, without messages. */
    static MixedLoad behind(LoadClient.Door door, Settings settings) {
        return new MixedLoad(settings, door, null);
    }

    MixedLoad start() throws IOException {
        int number = 0;
        for (int i = 0; i < settings.keyClients(); i++) {
            keyWorkers
                    .add(new KeyWorker(number++, door, settings.pauseNanos(), settings.tags(), settings.everything()));
        }
        if (settings.everything()) {
            number = startLists(number);
        }
        if (settings.everything() && proxy != null) {
            startMessages(number, proxy);
        }
        workers().forEach(LoadWorker::start);
        awaitRequests(500);
        return this;
    }

    private int startLists(int first) {
        int number = first;
        // Two by two in one slot: each pair has two consumers that wait for both.
        for (int i = 0; i < LISTS; i++) {
            lists.add("list" + i + ":{" + settings.tags().get(i / 2) + "}");
        }
        producers.add(new ListWorkers.Producer(number++, door, 2 * settings.pauseNanos(), lists));
        for (int i = 0; i < LISTS; i++) {
            consumers.add(new ListWorkers.Consumer(number++, door, lists.subList(i / 2 * 2, i / 2 * 2 + 2)));
        }
        return number;
    }

    private void startMessages(int first, ProxyFixture proxy) throws IOException {
        int number = first;
        for (String word : List.of("PUBLISH", "SPUBLISH")) {
            List<String> channels = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                // Shard channels of one subscriber have to be of one slot.
                channels.add(word.equals("PUBLISH") ? "channel" + i : "shard" + i + ":{x}");
            }
            MessageWorkers.Publisher publisher = new MessageWorkers.Publisher(number++, door, settings.pauseNanos(),
                    word,
                    channels);
            publishers.add(publisher);
            String subscribe = word.equals("PUBLISH") ? "SUBSCRIBE" : "SSUBSCRIBE";
            subscribers.add(new MessageWorkers.Subscriber(publisher, subscribe, proxy.connect()));
            subscribers.add(new MessageWorkers.Subscriber(publisher, subscribe, proxy.connectPlain()));
        }
    }

    private List<LoadWorker> workers() {
        List<LoadWorker> workers = new ArrayList<>(keyWorkers);
        workers.addAll(producers);
        workers.addAll(consumers);
        workers.addAll(publishers);
        return workers;
    }

    /** Waits until its clients, all together, had so many more answers. */
    void awaitRequests(long more) {
        long goal = requestsOfKeys() + more;
        await().atMost(ProxyFixture.PATIENCE.multipliedBy(3)).until(() -> {
            workers().forEach(LoadWorker::checkAlive);
            return requestsOfKeys() >= goal;
        });
    }

    private long requestsOfKeys() {
        return keyWorkers.stream().mapToLong(worker -> worker.figures.requests()).sum();
    }

    /** Lets it go on for a while. */
    void goOn(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        await().atMost(time.plus(ProxyFixture.PATIENCE)).until(() -> {
            workers().forEach(LoadWorker::checkAlive);
            return System.nanoTime() - until >= 0;
        });
    }

    /** What is to happen to the cluster begins. */
    void begins() {
        begunAt = System.nanoTime();
    }

    /** It is over; until now it was "during". */
    void ends() {
        endedAt = System.nanoTime();
    }

    /** Ends the load and looks at what it saw. Final values are read the way the clients went. */
    LoadReport finish() throws IOException, InterruptedException {
        over = true;
        keyWorkers.forEach(LoadWorker::stop);
        producers.forEach(LoadWorker::stop);
        publishers.forEach(LoadWorker::stop);
        List<String> problems = new ArrayList<>();
        for (LoadWorker worker : workers()) {
            if (!(worker instanceof ListWorkers.Consumer)) {
                worker.join();
            }
        }
        MessageCheck messages = endSubscribers(problems);
        consumers.forEach(LoadWorker::stop);
        for (LoadWorker consumer : consumers) {
            consumer.join();
        }
        List<Operation> history = new ArrayList<>();
        for (KeyWorker worker : keyWorkers) {
            history.addAll(worker.history());
            problems.addAll(worker.wrong());
        }
        try (LoadClient client = door.open(0)) {
            problems.addAll(CounterCheck.problems(history, counters(client)));
            problems.addAll(deliveries(client).problems());
        }
        return new LoadReport(endedAt - begunAt, sum(LoadFigures::requests), errors(), errorRounds(),
                longest(startedAt, begunAt),
                longest(begunAt, Long.MAX_VALUE), percentile(startedAt, begunAt), percentile(begunAt, endedAt),
                RegisterCheck.problems(history), problems, messages.problems(), messages.missing());
    }

    private MessageCheck endSubscribers(List<String> problems) throws IOException, InterruptedException {
        try {
            await().atMost(LAST_MESSAGES).until(() -> subscribers.stream()
                    .allMatch(MessageWorkers.Subscriber::caughtUp));
        } catch (ConditionTimeoutException missed) {
            // They are counted.
        }
        MessageCheck check = new MessageCheck();
        for (MessageWorkers.Subscriber subscriber : subscribers) {
            Throwable failure = subscriber.failure();
            if (failure != null) {
                problems.add("a subscriber's connection ended: " + failure);
            }
            subscriber.end().forEach((channel, numbers) -> check.check(channel, numbers,
                    subscriber.publisher().last(), subscriber.publisher().uncertain(channel)));
        }
        return check;
    }

    private Map<String, Long> counters(LoadClient client) throws IOException {
        List<String[]> commands = new ArrayList<>();
        for (String tag : settings.tags()) {
            commands.add(new String[]{"GET", KeyWorker.counter(tag)});
        }
        Map<String, Long> finals = new HashMap<>();
        client.pipeline(commands, (i, value, at) -> {
            assertThat(value instanceof Reply.Failure).as("%s: %s", commands.get(i)[1], value).isFalse();
            finals.put(commands.get(i)[1], value == null ? 0 : Long.parseLong((String) value));
        });
        return finals;
    }

    private DeliveryCheck deliveries(LoadClient client) throws IOException {
        List<String> left = new ArrayList<>();
        if (!lists.isEmpty()) {
            client.pipeline(lists.stream().map(list -> new String[]{"LRANGE", list, "0", "-1"}).toList(),
                    (i, items, at) -> ((List<?>) java.util.Objects.requireNonNull(items))
                            .forEach(item -> left.add((String) item)));
        }
        Set<String> acknowledged = new HashSet<>();
        Set<String> uncertain = new HashSet<>();
        for (ListWorkers.Producer producer : producers) {
            acknowledged.addAll(producer.acknowledged());
            uncertain.addAll(producer.uncertain());
        }
        return new DeliveryCheck(acknowledged, uncertain,
                consumers.stream().map(ListWorkers.Consumer::received).toList(),
                consumers.stream().mapToLong(ListWorkers.Consumer::uncertainPops).sum(), left);
    }

    // ---- figures

    private long sum(Function<LoadFigures, Long> figure) {
        return workers().stream().mapToLong(worker -> figure.apply(worker.figures)).sum();
    }

    private Map<String, Long> errors() {
        Map<String, Long> errors = new TreeMap<>();
        for (LoadWorker worker : workers()) {
            worker.figures.errors().forEach((kind, count) -> errors.merge(kind, count, Long::sum));
        }
        return errors;
    }

    private long errorRounds() {
        return workers().stream().mapToLong(worker -> worker.figures.roundsWithErrors()).max().orElse(0);
    }

    private long[] took(long from, long to) {
        long[] all = workers().stream().flatMapToLong(worker -> Arrays.stream(worker.figures.took(from, to))).toArray();
        Arrays.sort(all);
        return all;
    }

    private long longest(long from, long to) {
        long[] all = took(from, to);
        return all.length == 0 ? 0 : all[all.length - 1];
    }

    private long percentile(long from, long to) {
        long[] all = took(from, to);
        return all.length == 0 ? 0 : all[(int) (all.length * 99L / 100)];
    }

    /** Stops what still runs, if a test failed on the way. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (!over) {
            workers().forEach(LoadWorker::stop);
            for (MessageWorkers.Subscriber subscriber : subscribers) {
                subscriber.end();
            }
        }
    }
}
