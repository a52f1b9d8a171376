package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/** Pipelines far deeper than what the proxy has under way at a time, answered in order. */
@Timeout(120)
class PipelineIT {
    private static final int SLOTS = 16_384;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @Test
    void tenThousandCommandsOverAllSlotsAreAnsweredInOrder() throws IOException {
        try (Wire client = proxy.connect()) {
            new AllSlotsPipeline("key", 0).run(client);
        }
    }

    @Test
    void jedisGetsTenThousandRepliesInOrder() {
        List<String> keys = keysOfSlots(5_000);
        try (Jedis jedis = proxy.clients().jedis(); Pipeline pipeline = jedis.pipelined()) {
            List<Response<String>> written = new ArrayList<>();
            List<Response<String>> read = new ArrayList<>();
            for (String key : keys) {
                written.add(pipeline.set("j" + key, "of " + key));
                read.add(pipeline.get("j" + key));
            }
            pipeline.sync();

            assertThat(written).allMatch(reply -> reply.get().equals("OK"));
            for (int i = 0; i < keys.size(); i++) {
                assertThat(read.get(i).get()).isEqualTo("of " + keys.get(i));
            }
        }
    }

    /** The commands fit nowhere but in the sockets and the proxy: whoever doesn't go on reading them stands still. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void fiveThousandMixedCommandsWrittenBeforeTheFirstReplyIsRead(int protocol) throws IOException {
        // Given
        MixedCommands commands = new MixedCommands(5_000, protocol);
        try (Wire client = proxy.connectPlain()) {
            client.call("HELLO", Integer.toString(protocol));

            // When
            client.write(commands.bytes());

            // Then
            for (int i = 0; i < commands.replies().size(); i++) {
                assertThat(client.readRaw()).as("reply %d", i).isEqualTo(commands.replies().get(i));
            }
        }
    }

    @Test
    void pipelinesOfManyClientsDoNotMix() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int number = 0; number < 10; number++) {
            String name = "client" + number;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Wire client = proxy.connect()) {
                    for (int round = 0; round < 5; round++) {
                        for (int i = 0; i < 200; i++) {
                            client.send("ECHO", name + " " + i);
                            client.send("SET", name + i, name + round);
                            client.send("GETSET", name + i, name);
                        }
                        for (int i = 0; i < 200; i++) {
                            assertThat(client.read()).isEqualTo(name + " " + i);
                            assertThat(client.read()).isEqualTo("OK");
                            assertThat(client.read()).isEqualTo(name + round);
                        }
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    /** The replies come although the client said that it sends no more. */
    @Test
    void aClientThatShutsItsWritingSideDownStillGetsAllReplies() throws IOException {
        try (Wire client = proxy.connectPlain()) {
            for (int i = 0; i < 3_000; i++) {
                client.send("SET", "half" + i, "x");
            }
            client.socket().shutdownOutput();

            assertThat(client.readToEnd()).isEqualTo("+OK\r\n".repeat(3_000));
        }
    }

    private static List<String> keysOfSlots(int count) {
        List<String> keys = new ArrayList<>();
        BitSet slots = new BitSet(SLOTS);
        for (int i = 0; keys.size() < count; i++) {
            String key = "key:" + i;
            int slot = SlotHash.slot(key.getBytes(Wire.BYTES));
            if (!slots.get(slot)) {
                slots.set(slot);
                keys.add(key);
            }
        }
        return keys;
    }

    /** Commands of many kinds, errors among them, with the replies that a single server would give. */
    private static final class MixedCommands {
        private final Random random = new Random(7);
        private final Map<String, String> model = new HashMap<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<String> replies = new ArrayList<>();
        private final String prefix;
        private final String nil;

        MixedCommands(int count, int protocol) {
            this.prefix = "mixed" + protocol + ":";
            this.nil = protocol == 3 ? "_\r\n" : "$-1\r\n";
            for (int i = 0; i < count; i++) {
                add(i);
            }
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        List<String> replies() {
            return replies;
        }

        private void add(int i) {
            String key = key();
            switch (random.nextInt(10)) {
                case 0 -> command("+PONG\r\n", "PING");
                case 1 -> command(bulk("echo " + i), "ECHO", "echo " + i);
                case 2 -> command("-ERR unknown command 'NOSUCH', with args beginning with: '" + i + "' \r\n", "NOSUCH",
                        Integer.toString(i));
                case 3 -> command("-ERR wrong number of arguments for 'get' command\r\n", "GET", "a", "b");
                case 4 -> {
                    String value = "v".repeat(random.nextInt(300)) + i;
                    model.put(key, value);
                    command("+OK\r\n", "SET", key, value);
                }
                case 5 -> command(model.containsKey(key) ? ":1\r\n" : ":0\r\n", "DEL", delete(key));
                case 6 -> mget();
                case 7 -> mset(i);
                case 8 ->
                    command("-CROSSSLOT Keys in request don't hash to the same slot\r\n", "SUNION", "{a}x", "{b}x");
                default -> command(value(key), "GET", key);
            }
        }

        private String delete(String key) {
            return key;
        }

        private void mget() {
            List<String> arguments = new ArrayList<>(List.of("MGET"));
            StringBuilder reply = new StringBuilder();
            int keys = 2 + random.nextInt(30);
            for (int i = 0; i < keys; i++) {
                String key = key();
                arguments.add(key);
                reply.append(value(key));
            }
            command("*" + keys + "\r\n" + reply, arguments.toArray(String[]::new));
        }

        private void mset(int round) {
            List<String> arguments = new ArrayList<>(List.of("MSET"));
            for (int i = 0; i < 10; i++) {
                String key = key();
                String value = "m" + round + "." + i;
                model.put(key, value);
                arguments.addAll(List.of(key, value));
            }
            command("+OK\r\n", arguments.toArray(String[]::new));
        }

        private void command(String reply, String... arguments) {
            bytes.writeBytes(Wire.command(arguments));
            replies.add(reply);
            if (arguments[0].equals("DEL")) {
                model.remove(arguments[1]);
            }
        }

        private String key() {
            return prefix + random.nextInt(200);
        }

        private String value(String key) {
            String value = model.get(key);
            return value == null ? nil : bulk(value);
        }

        private static String bulk(String text) {
            return "$" + text.length() + "\r\n" + text + "\r\n";
        }
    }
}
