package io.slotgate.proxy.plane;

import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.HostPort;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A node as a test wants it: listens on the loopback interface, notes every command, and answers by a rule. Each connection
 * has a thread that reads and one that answers, so a command is noted even while an earlier one's answer is held back.
 */
public final class FakeNode implements AutoCloseable {
    static {
        // What tests wait for happens within microseconds here.
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
        Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
    }

    private final ServerSocketFactory sockets;
    private final List<Command> commands = new ArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    /** Ports of connections of our own. */
    private final Set<Integer> uncounted = ConcurrentHashMap.newKeySet();
    private final Map<Integer, BlockingQueue<Answer>> queues = new ConcurrentHashMap<>();
    private final HostPort address;
    private volatile ServerSocket listener;
    private volatile Socket placeholder = new Socket();
    private volatile Rule rule;
    private volatile @Nullable Rule early;
    private volatile Answer toAsking = Answer.OK;
    private final AtomicInteger askings = new AtomicInteger();

    public FakeNode(Rule rule) {
        this(rule, ServerSocketFactory.getDefault());
    }

    /** @param sockets makes the listening socket, for a node that speaks TLS */
    public FakeNode(Rule rule, ServerSocketFactory sockets) {
        this.rule = rule;
        this.sockets = sockets;
        this.listener = listen(0);
        this.address = new HostPort("127.0.0.1", listener.getLocalPort());
    }

    public HostPort address() {
        return address;
    }

    /** Answers by another rule from now on. */
    public void rule(Rule rule) {
        this.rule = rule;
    }

    /** Answers ASKING otherwise than with OK. */
    public void answerAsking(Answer answer) {
        toAsking = answer;
    }

    /** How often ASKING came. */
    public int askings() {
        return askings.get();
    }

    /** Answers a command already when its first argument of more than 4 KiB begins. */
    public void answerEarly(@Nullable Rule rule) {
        early = rule;
    }

    /** What came so far over all connections, ASKING left out. */
    public List<Command> commands() {
        synchronized (commands) {
            return List.copyOf(commands);
        }
    }

    /** As text, those of one name. */
    public List<String> commands(String name) {
        return commands().stream().filter(command -> command.is(name)).map(Command::toString).toList();
    }

    /** Says something on a connection that answers no command, behind the answers that are due. */
    public void push(int connection, Answer message) {
        BlockingQueue<Answer> queue = queues.get(connection);
        if (queue != null) {
            queue.add(message);
        }
    }

    /** Whether a connection is open still. */
    public boolean isOpen(int connection) {
        return queues.containsKey(connection);
    }

    /** Connections so far: who has one may use it before it is accepted, but whoever connects now is accepted after it. */
    public int connections() {
        try (Socket last = new Socket()) {
            last.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = last.getLocalPort();
            uncounted.add(port);
            try {
                last.connect(new InetSocketAddress(address.host(), address.port()));
                await().until(() -> !uncounted.contains(port) || listener.isClosed());
            } finally {
                uncounted.remove(port);
            }
        } catch (IOException refused) {
            // Nobody has come in since.
        }
        return connections.get();
    }

    /** Closes all connections; new ones are accepted. */
    public void cut() {
        for (Socket socket : open) {
            close(socket);
        }
    }

    /** Closes everything and refuses connections until {@link #start}. */
    public void stop() {
        refuse();
        cut();
    }

    /** Refuses new connections until {@link #start}. */
    public void refuse() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Nobody else may get the port meanwhile, least of all a connection that tries to reach it.
        placeholder = untilFree(() -> {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address.host(), address.port()));
            return socket;
        });
    }

    /** Listens again, at the same address. */
    public void start() {
        close(placeholder);
        listener = listen(address.port());
    }

    @Override
    public void close() {
        stop();
        close(placeholder);
    }

    private ServerSocket listen(int port) {
        ServerSocket socket = untilFree(() -> {
            ServerSocket made = sockets.createServerSocket();
            made.setReuseAddress(true);
            made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return made;
        });
        Thread.ofVirtual().name("node-accept").start(() -> accept(socket));
        return socket;
    }

    /** Tries again while the port is taken: a socket that was closed gives it back a little later. */
    private static <T> T untilFree(Callable<T> bind) {
        return await().ignoreExceptionsInstanceOf(BindException.class).until(bind, socket -> true);
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket socket = from.accept();
                if (uncounted.remove(socket.getPort())) {
                    close(socket);
                    continue;
                }
                socket.setTcpNoDelay(true);
                open.add(socket);
                int number = connections.getAndIncrement();
                BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
                queues.put(number, answers);
                Thread.ofVirtual().name("node-write").start(() -> write(socket, answers));
                Thread.ofVirtual().name("node-read").start(() -> read(socket, number, answers));
                if (from.isClosed()) {
                    close(socket);
                }
            }
        } catch (IOException stopped) {
            // Nothing more to accept.
        }
    }

    private void read(Socket socket, int connection, BlockingQueue<Answer> answers) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            boolean asking = false;
            while (true) {
                List<String> words = readCommand(in, connection, answers);
                Command command = new Command(connection, words, asking);
                asking = command.is("asking");
                if (asking) {
                    askings.incrementAndGet();
                }
                answers.add(asking ? toAsking : note(command));
            }
        } catch (IOException ended) {
            close(socket);
            queues.remove(connection);
            answers.add(Answer.CLOSE);
        }
    }

    private Answer note(Command command) {
        synchronized (commands) {
            commands.add(command);
            return rule.answer(command);
        }
    }

    private List<String> readCommand(InputStream in, int connection, BlockingQueue<Answer> answers)
            throws IOException {
        int count = number(in, '*');
        List<String> words = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            int length = number(in, '$');
            Rule beforeItsEnd = early;
            if (beforeItsEnd != null && length > 4096) {
                answers.add(beforeItsEnd.answer(new Command(connection, List.copyOf(words), false)));
            }
            byte[] bytes = in.readNBytes(length + 2);
            if (bytes.length < length + 2) {
                throw new EOFException("within a command");
            }
            words.add(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        }
        return words;
    }

    private static int number(InputStream in, char type) throws IOException {
        int first = in.read();
        if (first < 0) {
            throw new EOFException("the other side closed");
        }
        if (first != type) {
            throw new IOException("'" + (char) first + "' (expected: " + type + ")");
        }
        int value = 0;
        for (int digit = in.read(); digit != '\r'; digit = in.read()) {
            if (digit < '0' || digit > '9') {
                throw new IOException("no number");
            }
            value = value * 10 + digit - '0';
        }
        if (in.read() != '\n') {
            throw new IOException("no line end");
        }
        return value;
    }

    private void write(Socket socket, BlockingQueue<Answer> answers) {
        try (OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024)) {
            while (true) {
                answers.take().write(out);
                if (answers.isEmpty()) {
                    out.flush();
                }
            }
        } catch (Exception ended) {
            close(socket);
        } finally {
            open.remove(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
