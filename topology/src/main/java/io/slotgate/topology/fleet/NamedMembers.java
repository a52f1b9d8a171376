package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.jgroups.Address;
import org.jgroups.protocols.dns.DNSResolver;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the members of a fleet are by DNS. JGroups asks before it joins, and every few seconds to find members that it was
 * parted from; its own resolver keeps to itself that a name has no addresses. Any thread; blocks for as long as a lookup
 * takes, which is 1.5 s if a server of our own choice does not answer.
 *
 * <pre>
 *   asked of        addresses                       SRV records
 *   this machine    InetAddress (its files, too)    the JDK's DNS client, with the machine's servers
 *   a server        the JDK's DNS client            the JDK's DNS client
 * </pre>
 */
final class NamedMembers implements DNSResolver {
    private static final Logger log = LoggerFactory.getLogger(NamedMembers.class);
    private static final String FIRST_TRY_MILLIS = "500";
    /** The second one waits twice as long. */
    private static final String TRIES = "2";
    private static final int FIELDS_OF_SRV = 4;

    private final FleetPeers.Named named;
    private final FleetCounters counters;
    /** Guarded by this. */
    private boolean failed;

    NamedMembers(FleetPeers.Named named, FleetCounters counters) {
        this.named = named;
        this.counters = counters;
    }

    /** Empty if the name has no addresses, or nobody says which; never fails. */
    @Override
    public List<Address> resolveIps(String name, DNSRecordType type) {
        try {
            List<Address> found = type == DNSRecordType.SRV ? services(name) : addresses(name, 0);
            tell(name, found.isEmpty() ? "has no addresses" : null);
            return found;
        } catch (NamingException | IOException e) {
            tell(name, e.toString());
            return List.of();
        }
    }

    private List<Address> services(String name) throws NamingException, IOException {
        List<Address> found = new ArrayList<>();
        for (String service : records(name, "SRV")) {
            // Priority, weight, port, target.
            String[] fields = service.split(" ", -1);
            if (fields.length == FIELDS_OF_SRV) {
                found.addAll(addresses(fields[3], Integer.parseInt(fields[2])));
            }
        }
        return found;
    }

    /** @param port 0 for that of our own transport, which JGroups puts in */
    private List<Address> addresses(String name, int port) throws NamingException, IOException {
        List<Address> found = new ArrayList<>();
        if (named.server() == null) {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                found.add(new IpAddress(address, port));
            }
            return found;
        }
        for (String type : List.of("A", "AAAA")) {
            for (String address : records(name, type)) {
                found.add(new IpAddress(InetAddress.getByName(address), port));
            }
        }
        return found;
    }

    @SuppressWarnings("BanJNDI") // DNS has no objects: what it answers are texts
    private List<String> records(String name, String type) throws NamingException {
        HostPort server = named.server();
        Properties environment = new Properties();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, server == null ? "dns:" : "dns://" + server);
        environment.put("com.sun.jndi.dns.timeout.initial", FIRST_TRY_MILLIS);
        environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
        // Opens nothing, and may not be used by two threads.
        DirContext context = new InitialDirContext(environment);
        try {
            List<String> found = new ArrayList<>();
            Attribute records = context.getAttributes(name, new String[]{type}).get(type);
            for (int i = 0; records != null && i < records.size(); i++) {
                found.add(String.valueOf(records.get(i)));
            }
            return found;
        } finally {
            context.close();
        }
    }

    /** Says once that it fails, and once that it does no more. */
    private synchronized void tell(String name, @Nullable String problem) {
        if (problem != null) {
            counters.failedLookups.incrementAndGet();
        }
        if (failed == (problem != null)) {
            return;
        }
        failed = problem != null;
        if (problem == null) {
            log.atInfo().addKeyValue("name", name).log("The fleet's name has addresses again");
        } else {
            log.atWarn().addKeyValue("name", name).addKeyValue("reason", problem)
                    .log("No proxies are found by the fleet's name: we go on with those we know, or alone");
        }
    }
}
