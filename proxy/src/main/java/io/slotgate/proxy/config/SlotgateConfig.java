package io.slotgate.proxy.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Everything a proxy is told at its start; the commented {@code slotgate.yaml} shows the same in words.
 *
 * @param workers event loops, 0..1024; 0 means one per core
 * @param zone our availability zone; null if there is none
 * @param fleet name that all proxies in front of one cluster share, and no other: what clients are told of the cluster has ids
 *        made of it
 * @param clusterEnabled whether clients are told that we are a cluster; else that we are one server
 */
public record SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
        Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone,
        String fleet, boolean clusterEnabled) {
    static final String DEFAULT_FLEET = "slotgate";

    /** A proxy that looks like a cluster. */
    public SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
            Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone, String fleet) {
        this(listen, upstream, topology, workers, transport, auth, limits, admin, zone, fleet, true);
    }

    public SlotgateConfig {
        Problems problems = new Problems();
        problems.range("workers", workers, 0, 1024);
        problems.word("fleet", fleet);
        if (zone != null) {
            problems.word("zone", zone);
        }
        Endpoint address = admin.endpoint();
        if (admin.enabled() && address.port() != 0
                && (address.equals(listen.client()) || address.equals(listen.read())
                        || address.equals(listen.plain()))) {
            problems.unexpected("admin.endpoint", address, "an address no listener has");
        }
        problems.throwIfAny();
    }

    /** Default settings around these. */
    public static SlotgateConfig of(Listen listen, Upstream upstream) {
        return new SlotgateConfig(listen, upstream, TopologySettings.defaults(), 0, Transport.AUTO, Auth.open(),
                Limits.defaults(), Admin.defaults(), null, DEFAULT_FLEET);
    }

    /**
     * Reads a YAML file. Relative paths in it start at its own folder.
     *
     * @throws ConfigException with every problem of the file and of the files and variables it names
     */
    public static SlotgateConfig load(Path file) {
        return new ConfigLoader(System::getenv).load(file);
    }

    /**
     * Reads YAML text. Relative paths in it start at the working directory.
     *
     * @throws ConfigException with every problem of the text and of the files and variables it names
     */
    public static SlotgateConfig parse(String yaml) {
        return new ConfigLoader(System::getenv).parse(yaml, Path.of(""));
    }
}
