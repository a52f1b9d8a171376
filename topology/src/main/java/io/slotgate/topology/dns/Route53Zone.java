package io.slotgate.topology.dns;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.route53.Route53ClientBuilder;
import software.amazon.awssdk.services.route53.model.Change;
import software.amazon.awssdk.services.route53.model.ChangeAction;
import software.amazon.awssdk.services.route53.model.ListResourceRecordSetsResponse;
import software.amazon.awssdk.services.route53.model.RRType;
import software.amazon.awssdk.services.route53.model.ResourceRecord;
import software.amazon.awssdk.services.route53.model.ResourceRecordSet;

/**
 * A hosted zone of Route 53. Credentials are those the SDK finds: environment, profile, role of the instance or pod. What is
 * throttled or answered with 5xx the SDK tries again some times.
 *
 * @see <a href="https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html">
 *      ChangeResourceRecordSets</a>
 */
final class Route53Zone implements HostedZone {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SOCKET_PATIENCE = Duration.ofSeconds(5);

    private final DnsSettings settings;
    private final Route53Client client;

    Route53Zone(DnsSettings settings) {
        this.settings = settings;
        String region = settings.region();
        Route53ClientBuilder builder = Route53Client.builder()
                .region(region == null ? Region.AWS_GLOBAL : Region.of(region))
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(SOCKET_PATIENCE)
                        .socketTimeout(SOCKET_PATIENCE))
                .overrideConfiguration(override -> override.apiCallTimeout(PATIENCE));
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        this.client = builder.build();
    }

    /** From the regional name on, page by page: in Route 53's order what is below a name comes behind it. */
    @Override
    public Set<DnsRecord> records() {
        Set<DnsRecord> found = new HashSet<>();
        String name = settings.name();
        @Nullable
        RRType type = null;
        @Nullable
        String setId = null;
        while (true) {
            String fromName = name;
            RRType fromType = type;
            String fromId = setId;
            ListResourceRecordSetsResponse page = client.listResourceRecordSets(request -> request
                    .hostedZoneId(settings.hostedZone()).startRecordName(fromName).startRecordType(fromType)
                    .startRecordIdentifier(fromId));
            page.resourceRecordSets().forEach(set -> add(found, set));
            if (!page.isTruncated() || !isBelow(plain(page.nextRecordName()))) {
                return found;
            }
            name = page.nextRecordName();
            type = page.nextRecordType();
            setId = page.nextRecordIdentifier();
        }
    }

    private void add(Set<DnsRecord> found, ResourceRecordSet set) {
        String name = plain(set.name());
        if (isBelow(name) && set.setIdentifier() != null && set.setIdentifier().startsWith(settings.mark())
                && set.resourceRecords().size() == 1) {
            found.add(new DnsRecord(name, set.typeAsString(), set.setIdentifier(),
                    set.resourceRecords().get(0).value(), set.ttl()));
        }
    }

    private boolean isBelow(String name) {
        return name.equals(settings.name()) || name.endsWith("." + settings.name());
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    @Override
    public void change(List<DnsChange> changes) {
        List<Change> batch = changes.stream().map(Route53Zone::change).toList();
        client.changeResourceRecordSets(request -> request.hostedZoneId(settings.hostedZone())
                .changeBatch(changeBatch -> changeBatch.comment("slotgate " + settings.fleet()).changes(batch)));
    }

    private static Change change(DnsChange change) {
        DnsRecord record = change.record();
        return Change.builder().action(change.delete() ? ChangeAction.DELETE : ChangeAction.UPSERT)
                .resourceRecordSet(ResourceRecordSet.builder().name(record.name() + ".").type(record.type())
                        .setIdentifier(record.setId()).multiValueAnswer(true).ttl(record.ttlSeconds())
                        .resourceRecords(ResourceRecord.builder().value(record.address()).build()).build())
                .build();
    }

    @Override
    public void close() {
        client.close();
    }
}
