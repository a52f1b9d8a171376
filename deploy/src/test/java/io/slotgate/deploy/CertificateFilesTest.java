package io.slotgate.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.cli.SlotgateCommand;
import io.slotgate.deploy.dev.DevCertificates;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code slotgate check} says before a certificate is rotated what a start, or the rotation, would. */
class CertificateFilesTest {
    @TempDir
    Path folder;

    private Path config;
    private DevCertificates fine;
    private DevCertificates others;

    @BeforeEach
    void files() throws IOException {
        fine = DevCertificates.in(folder.resolve("fine"));
        others = DevCertificates.in(folder.resolve("others"));
        config = folder.resolve("slotgate.yaml");
    }

    private List<String> check(Path key) throws IOException {
        String files = "{certificate: '" + fine.certificate() + "', key: '" + key;
        Files.writeString(config, "{listen: {client: {port: 0}, read: none, tls: " + files + "'}}, upstream: {seeds: "
                + "['127.0.0.1:7000'], tls: " + files + "'}}, admin: {tls: " + files
                + "'}}, fleet: {discovery: static, "
                + "peers: ['127.0.0.1:7800'], tls: " + files + "', ca: '" + fine.ca() + "'}}}");
        StringWriter out = new StringWriter();
        int code = SlotgateCommand.commandLine(RunningGateway.starter()).setOut(new PrintWriter(out, true))
                .execute("check", "--config", config.toString());
        List<String> lines = out.toString().lines().toList();
        assertThat(code).isEqualTo(lines.getFirst().endsWith("no problem found") ? 0 : 1);
        return lines;
    }

    @Test
    void findsNothingWrongWithWhatBelongsTogether() throws IOException {
        assertThat(check(fine.key())).containsExactly(config + ": no problem found");
    }

    @Test
    void findsEveryKeyOfAnotherCertificate() throws IOException {
        assertThat(check(others.key())).hasSize(4).allSatisfy(line -> assertThat(line).contains(
                others.key() + ": belongs to another certificate"))
                .satisfiesExactly(line -> assertThat(line).startsWith("listen.tls: "),
                        line -> assertThat(line).startsWith("upstream.tls: "),
                        line -> assertThat(line).startsWith("admin.tls: "),
                        line -> assertThat(line).startsWith("fleet.tls: "));
    }
}
