package io.slotgate.deploy.dev;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a server program. It ends with this JVM, however that ends: a shell beside it waits for the pipe that is its
 * standard input to close, and then kills it. Where {@code setsid} is there it also has a session of its own, so that an
 * interrupt typed at the terminal reaches us alone and things end in order.
 */
final class NodeProcess {
    private static final String GUARDED = """
            exec 3<&0
            { cat <&3; kill -9 $$; } >/dev/null 2>&1 &
            exec 3<&- </dev/null
            exec "$@"
            """;
    private static final int LOG_LINES_SHOWN = 5;

    private final Process process;
    private final Path log;

    private NodeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code command} in {@code folder}; what it prints is added to {@code server.log} there. */
    static NodeProcess start(List<String> command, Path folder) throws IOException {
        List<String> guarded = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            guarded.add("/usr/bin/setsid");
        }
        guarded.addAll(List.of("/bin/sh", "-c", GUARDED, "slotgate-node"));
        guarded.addAll(command);
        File log = folder.resolve("server.log").toFile();
        ProcessBuilder builder = new ProcessBuilder(guarded).directory(folder.toFile());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        return new NodeProcess(builder.start(), log.toPath());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it with SIGKILL, also while it is stopped, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException e) {
                // Closing goes on when the owner is told to stop; SIGKILL leaves nothing to wait for long.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends a signal by its name, such as {@code STOP}. It was sent on return, also on that of a thread that is interrupted: it
     * must not come later than what follows.
     */
    void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid()).redirectErrorStream(true)
                .start();
        String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (kill.onExit().join().exitValue() != 0) {
            throw new IOException("signal " + name + " to process " + pid() + " failed: " + said);
        }
    }

    /** What it printed last, for a message. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "nothing that could be read: " + e.getMessage();
        }
    }
}
