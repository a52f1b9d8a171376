package io.slotgate.deploy;

import io.slotgate.proxy.config.AdminTls;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.FleetTlsConfig;
import io.slotgate.proxy.config.Problem;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.UpstreamTls;
import io.slotgate.proxy.server.TlsContexts;
import io.slotgate.topology.tls.PemContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Tries the certificates and keys of a configuration as a start would. */
final class CertificateFiles {
    private CertificateFiles() {}

    private interface Use {
        void run() throws IOException;
    }

    /** @throws ConfigException naming every section whose files can't be used, and why */
    static void check(SlotgateConfig config) {
        List<Problem> problems = new ArrayList<>();
        Tls listen = config.listen().tls();
        if (listen != null) {
            use("listen.tls", problems, () -> TlsContexts.check(listen));
        }
        UpstreamTls upstream = config.upstream().tls();
        if (upstream != null) {
            use("upstream.tls", problems, () -> TlsContexts.check(upstream));
        }
        AdminTls admin = config.admin().tls();
        if (admin != null) {
            use("admin.tls", problems, () -> PemContext.of(admin.certificate(), admin.key(), admin.clientCa()));
        }
        FleetTlsConfig fleet = config.fleet().tls();
        if (fleet != null) {
            use("fleet.tls", problems, () -> PemContext.of(fleet.certificate(), fleet.key(), fleet.ca()));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private static void use(String section, List<Problem> problems, Use use) {
        try {
            use.run();
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        } catch (IOException e) {
            problems.add(new Problem(section, String.valueOf(e.getMessage())));
        }
    }
}
