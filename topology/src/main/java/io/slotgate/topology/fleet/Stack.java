package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.tls.PemContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.dns.DNSResolver.DNSRecordType;
import org.jgroups.protocols.dns.DNS_PING;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.SocketFactory;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;
import org.jgroups.util.Util;

/**
 * JGroups' protocols, from the bottom: TCP without multicast, discovery, merging after partitions, failure detection by
 * silence and by lost connections, retransmission, membership. Sends don't block ({@link FleetTcp}): what a member that hangs
 * does not take in time is dropped there and retransmitted or healed later, and holds up nobody else.
 */
final class Stack {
    private static final int SEND_QUEUE = 512;
    private static final int CONNECT_MILLIS = 1_000;
    private static final long JOIN_MILLIS = 1_000;
    private static final long MERGE_MILLIS = 2_000;

    private Stack() {}

    /** @param agreement protocols on top, for settings all must agree on; empty for none */
    static List<Protocol> protocols(FleetSettings settings, List<Protocol> below, List<Protocol> agreement,
            FleetCounters counters) throws IOException {
        long suspect = settings.suspectAfter().toMillis();
        List<Protocol> stack = new ArrayList<>();
        stack.add(transport(settings));
        stack.addAll(below);
        stack.add(discovery(settings.peers(), counters));
        stack.add(new MERGE3().setMinInterval(MERGE_MILLIS).setMaxInterval(2 * MERGE_MILLIS));
        stack.add(new FD_ALL3().setTimeout(suspect).setInterval(Math.max(1, suspect / 4)));
        stack.add(new VERIFY_SUSPECT2().setTimeout(Math.max(1, suspect / 4)));
        stack.add(new NAKACK2().useMcastXmit(false));
        stack.add(new UNICAST3());
        stack.add(new STABLE().setDesiredAverageGossip(30_000).setMaxBytes(4_000_000));
        stack.addAll(agreement.isEmpty() ? agreement : agreement.subList(0, 1));
        stack.add(new FleetGms().setJoinTimeout(JOIN_MILLIS).setLeaveTimeout(JOIN_MILLIS).printLocalAddress(false));
        stack.add(new FRAG4());
        stack.addAll(agreement.isEmpty() ? agreement : agreement.subList(1, agreement.size()));
        return stack;
    }

    private static TCP transport(FleetSettings settings) throws IOException {
        TCP tcp = new FleetTcp();
        tcp.nonBlockingSends(true).maxSendQueue(SEND_QUEUE).enableSuspectEvents(true)
                .setSockConnTimeout(CONNECT_MILLIS);
        // Who can't shake hands says so itself, once.
        tcp.logAcceptError(false);
        tcp.setBindAddress(bindAddress(settings.bindHost())).setBindPort(settings.bindPort())
                .setPortRange(0);
        HostPort advertised = settings.advertised();
        if (advertised != null) {
            tcp.setExternalAddr(InetAddress.getByName(advertised.host())).setExternalPort(advertised.port());
        }
        FleetTls tls = settings.tls();
        if (tls != null) {
            tcp.setSocketFactory(encrypted(tls));
        }
        return tcp;
    }

    private static SocketFactory encrypted(FleetTls tls) throws IOException {
        return new TLS().setClientAuth(TLSClientAuth.NEED).setProtocols(new String[]{"TLSv1.3", "TLSv1.2"})
                .createSocketFactory(PemContext.of(tls.certificate(), tls.key(), tls.ca()));
    }

    private static InetAddress bindAddress(String host) throws IOException {
        if (!host.equals(FleetSettings.AUTO)) {
            return InetAddress.getByName(host);
        }
        InetAddress found = Util.getNonLoopbackAddress();
        if (found == null) {
            throw new IOException(
                    "fleet.bind.host: auto (expected: an address, for this machine has none but loopback)");
        }
        return found;
    }

    private static Protocol discovery(FleetPeers peers, FleetCounters counters) {
        return switch (peers) {
            case FleetPeers.Listed listed -> new TCPPING().portRange(0).initialHosts(listed.addresses().stream()
                    .map(address -> new InetSocketAddress(address.host(), address.port())).toList());
            case FleetPeers.Named named -> new DNS_PING().dnsQuery(named.name())
                    .dnsRecordType((named.isService() ? DNSRecordType.SRV : DNSRecordType.A).name())
                    .dnsResolver(new NamedMembers(named, counters));
        };
    }
}
