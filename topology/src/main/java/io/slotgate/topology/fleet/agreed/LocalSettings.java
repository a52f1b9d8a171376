package io.slotgate.topology.fleet.agreed;

import io.slotgate.topology.fleet.agreed.NotAgreedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a proxy that is alone: agreed on as soon as they are on the disk. Each change writes a new file and puts it
 * in the place of the old one, so there is always a whole one. One thread of its own writes; it ends when idle.
 */
public final class LocalSettings implements AgreedSettings {
    private static final Logger log = LoggerFactory.getLogger(LocalSettings.class);
    private static final String FILE = "settings";
    private static final int MAGIC = 0x53475331;
    private static final int WAITING = 1_000;
    private static final long CLOSE_SECONDS = 5;

    private final Path file;
    private final Path next;
    private final Listeners listeners = new Listeners();
    private final ThreadPoolExecutor writer;
    private volatile Agreement current;

    /**
     * Reads what was agreed on before.
     *
     * @param folder made if it isn't there
     * @throws IOException if the file can't be read, or is not whole
     */
    public LocalSettings(Path folder) throws IOException {
        Files.createDirectories(folder);
        this.file = folder.resolve(FILE);
        this.next = folder.resolve(FILE + ".next");
        this.current = Files.exists(file) ? read(Files.readAllBytes(file)) : Agreement.NONE;
        this.writer = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING),
                task -> Thread.ofPlatform().daemon().name("slotgate-settings").unstarted(task));
        writer.allowCoreThreadTimeOut(true);
    }

    @Override
    public Agreement current() {
        return current;
    }

    @Override
    public CompletableFuture<Agreement> propose(long expectedVersion, Change change) {
        CompletableFuture<Agreement> outcome = new CompletableFuture<>();
        try {
            writer.execute(() -> decide(expectedVersion, change, outcome));
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(new NotAgreedException(Reason.NOT_WRITTEN, "too many changes wait"));
        }
        return outcome;
    }

    @Override
    public Runnable subscribe(Consumer<Agreement> listener) {
        return listeners.add(listener);
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.atWarn().addKeyValue("file", file).log("Settings are still being written while closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void decide(long expectedVersion, Change change, CompletableFuture<Agreement> outcome) {
        try {
            takeFromDisk();
            Agreement after = Decision.of(current, new Proposal(expectedVersion, change)).agreementOrThrow();
            write(after);
            current = after;
            outcome.complete(after);
            listeners.tell(after);
        } catch (NotAgreedException e) {
            outcome.completeExceptionally(e);
        } catch (IOException e) {
            outcome.completeExceptionally(new NotAgreedException(Reason.NOT_WRITTEN, file + ": " + e.getMessage()));
        }
    }

    /** Another process may have the folder, too: while it takes over from us, or we from it. */
    private void takeFromDisk() throws IOException {
        Agreement there = Files.exists(file) ? read(Files.readAllBytes(file)) : Agreement.NONE;
        if (there.version() > current.version()) {
            current = there;
            listeners.tell(there);
        }
    }

    private void write(Agreement agreement) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeLong(agreement.version());
        Proposal.writeMap(out, agreement.values());
        out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer content = ByteBuffer.wrap(bytes.toByteArray());
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Agreement read(byte[] bytes) throws IOException {
        int length = bytes.length - Long.BYTES;
        if (length < 0 || ByteBuffer.wrap(bytes, length, Long.BYTES).getLong() != checksum(bytes, length)) {
            throw new IOException(file + ": damaged (its checksum does not fit)");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
        if (in.readInt() != MAGIC) {
            throw new IOException(file + ": no file of settings");
        }
        return new Agreement(in.readLong(), Proposal.readMap(in));
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
