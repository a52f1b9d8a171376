package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.topology.model.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The line that tells scripts that a proxy serves, and where. Its form is a contract. */
final class ReadyLine {
    private final SlotgateConfig config;
    private final Gateway gateway;

    ReadyLine(SlotgateConfig config, Gateway gateway) {
        this.config = config;
        this.gateway = gateway;
    }

    /** {@code READY tls=… read=… [plain=…] [admin=…] [ca=…] nodes=…}; listeners that are off are left out. */
    String text(@Nullable Path ca, List<HostPort> nodes) {
        StringJoiner line = new StringJoiner(" ", "READY ", "");
        listener(line, "tls=", config.listen().client(), gateway.clientPort());
        listener(line, "read=", config.listen().read(), gateway.readPort());
        listener(line, "plain=", config.listen().plain(), gateway.plainPort());
        if (config.admin().enabled()) {
            listener(line, config.admin().tls() == null ? "admin=http://" : "admin=https://", config.admin().endpoint(),
                    gateway.adminPort());
        }
        if (ca != null) {
            line.add("ca=" + ca);
        }
        line.add("nodes=" + nodes.stream().map(HostPort::toString).collect(Collectors.joining(",")));
        return line.toString();
    }

    /** The configured host with the real port, which may have been chosen by the system. */
    private static void listener(StringJoiner line, String name, @Nullable Endpoint endpoint, int port) {
        if (endpoint != null && port >= 0) {
            line.add(name + new Endpoint(endpoint.host(), port));
        }
    }
}
