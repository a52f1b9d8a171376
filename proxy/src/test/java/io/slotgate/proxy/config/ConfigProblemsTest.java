package io.slotgate.proxy.config;

import static io.slotgate.proxy.config.ConfigFixture.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigProblemsTest {
    private final Path folder;
    private final ConfigFixture fixture;

    ConfigProblemsTest(@TempDir Path folder) {
        this.folder = folder;
        this.fixture = new ConfigFixture(folder);
    }

    @Test
    void allowsOnlyWhatCanBeAllowed() {
        assertThat(fixture.minimalAnd("facade: {allow: [CONFIG SET, debug]}").allow())
                .isEqualTo(new AllowedCommands(Set.of("config|set", "debug")));
        assertThat(fixture.problemsOf("{listen: {client: none, read: none, plain: {port: 0}}, "
                + "upstream: {seeds: ['127.0.0.1:7000']}, facade: {allow: [DEBUG, SHUTDOWN], cluster: true}}"))
                .containsExactlyInAnyOrder(
                        "facade.allow[1]: 'SHUTDOWN' (expected: one of ACL DRYRUN, ACL GETUSER, ACL LIST,"
                                + " ACL LOG, ACL USERS, BGREWRITEAOF, BGSAVE, CONFIG GET, CONFIG RESETSTAT, CONFIG REWRITE,"
                                + " CONFIG SET, DEBUG, MONITOR, SAVE)",
                        "facade.cluster: unknown (expected: cluster-enabled, allow)");
    }

    @Test
    void reportsAllProblemsOfAFileAtOnceInItsOrder() {
        String yaml = """
                listen:
                  client: {port: 70000}
                  read: {hots: 127.0.0.1}
                  tls:
                    certificate: absent.pem
                    protocols: [TLSv1.3, SSLv3]
                    handshake-timeout: 10
                upstream:
                  seeds: [127.0.0.1, "127.0.0.1:7001"]
                  reconnect-min: 10s
                  reconnect-max: 1s
                workers: many
                transport: iouring
                limits:
                  pending-per-session: -1
                  bulk-bytes: 1GiB
                admin: 8080
                """;

        assertThat(fixture.problemsOf(yaml)).containsExactly(
                "listen.client.port: 70000 (expected: 0..65535)",
                "listen.read.hots: unknown (did you mean host?)",
                "listen.tls.certificate: 'absent.pem' (expected: a file that can be read)",
                "listen.tls.key: missing (expected: a PEM file with the private key)",
                "listen.tls.handshake-timeout: '10' (expected: a duration such as 250ms, 10s or 5m)",
                "listen.tls.protocols[1]: 'SSLv3' (expected: TLSv1.3 or TLSv1.2)",
                "upstream.seeds[0]: address: '127.0.0.1' (expected: host:port)",
                "upstream.reconnect-max: 1s (expected: at least reconnect-min, 10s)",
                "workers: 'many' (expected: a whole number)",
                "transport: 'iouring' (expected: one of auto, epoll, io-uring, nio)",
                "limits.bulk-bytes: 1GiB (expected: 1KiB..512MiB)",
                "limits.pending-per-session: -1 (expected: 1..1000000)",
                "admin: '8080' (expected: a mapping)");
    }

    @Test
    void namesWhatIsRequired() {
        assertThat(fixture.problemsOf("")).containsExactly(
                "listen.tls: missing (expected: certificate and key; the client and read listeners always speak TLS,"
                        + " 'none' turns one off)",
                "upstream.seeds: missing (expected: a list of host:port, nodes of the cluster)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "limits: {connections: 0} | limits.connections: 0 (expected: 1..10000000)",
        "limits: {stream-bytes: 3GiB} | limits.stream-bytes: '3GiB' (expected: a size such as 64KiB or 512MiB, below 2GiB)",
        "limits: {output-bytes: 64KiB} | limits.output-bytes: 64KiB (expected: 1MiB..16GiB)",
        "limits: {arguments: 5} | limits.unauthenticated-arguments: 10 (expected: 1..5)",
        "limits: {conections: 5} | limits.conections: unknown (did you mean connections?)",
        "limits: {slow-client-timeout: 0s} | limits.slow-client-timeout: 0ms (expected: 1s..1h)",
        "limits: {pubsub: {output-soft-bytes: 1GiB}} | limits.pubsub.output-soft-bytes: 1GiB (expected: 64KiB..32MiB)",
        "limits: [] | limits: a list (expected: a mapping)",
        "topology: {min-refresh-gap: 20s} | topology.min-refresh-gap: 20s (expected: at most refresh-interval, 10s)",
        "topology: {probed-nodes: {}} | topology.probed-nodes: a mapping (expected: a whole number)",
        "workers: 1025 | workers: 1025 (expected: 0..1024)",
        "zone: 'a b' | zone: 'a b' (expected: one word)",
        "zone: [a] | zone: a list (expected: text)",
        "admin: {enabled: yes} | admin.enabled: 'yes' (expected: true or false)",
        "admin: {endpoint: {host: 0.0.0.0}} | admin.endpoint.host: 0.0.0.0 (expected: a loopback address such as 127.0.0.1, or admin.tls and admin.tokens)",
        "admin: {endpoint: {host: '::'}} | admin.endpoint.host: :: (expected: a loopback address such as 127.0.0.1, or admin.tls and admin.tokens)",
        "admin: {endpoint: {host: 10.0.0.127}} | admin.endpoint.host: 10.0.0.127 (expected: a loopback address such as 127.0.0.1, or admin.tls and admin.tokens)",
        "auth: {upstream-users: 0} | auth.upstream-users: 0 (expected: 1..10000)",
        "auth: {pass-through: maybe} | auth.pass-through: 'maybe' (expected: true or false)",
        "auth: {users: app} | auth.users: 'app' (expected: a list)",
        "auth: {users: [{name: app}]} | auth.users[0].password-sha256: none (expected: at least one SHA-256 digest)",
        "auth: {users: [{name: app, password-sha256: [hunter2]}]} | auth.users[0].password-sha256[0]: 7 characters (expected: 64 hex digits, the SHA-256 of a password)",
        "auth: {users: [{name: app, password-sha256: [abababababababababababababababababababababababababababababababab], rules: []}]} | auth.users[0].rules: none (expected: at least one rule; 'nocommands' allows nothing)",
        "auth: {users: [{name: app, password-sha256: [abababababababababababababababababababababababababababababababab], rules: app}]} | auth.users[0].rules: 'app' (expected: a list)",
        "auth: {users: [{name: app, password-sha256: [abababababababababababababababababababababababababababababababab], rules: ['>hunter2']}]} | auth.users[0].rules[0]: a password (expected: passwords only under password-sha256)",
        "auth: {users: [{name: app, password-sha256: [abababababababababababababababababababababababababababababababab], rules: ['#abcd']}]} | auth.users[0].rules[0]: a password (expected: passwords only under password-sha256)",
        "auth: {users: [{name: app, password-sha256: [abababababababababababababababababababababababababababababababab], rules: ['~*', NoPass]}]} | auth.users[0].rules[1]: 'NoPass' (expected: none of on, off, reset, nopass and resetpass, which say nothing of commands or keys)",
    })
    void namesAValueAndWhatWasExpected(String more, String problem) {
        assertThat(fixture.problemsOf(MINIMAL + more)).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "zone: LONG | zone",
        "fleet: {member: LONG} | fleet.member",
        "topology: {zones: [{nodes: 10.0.0.0/8, zone: LONG}]} | topology.zones[0].zone",
    })
    void boundsWhatProxiesTellEachOther(String more, String path) {
        assertThat(fixture.problemsOf(MINIMAL + more.replace("LONG", "\u00fc".repeat(128))))
                .containsExactly(path + ": 256 bytes (expected: one word of at most 255 bytes)");
        assertThat(fixture.problemsOf(MINIMAL + more.replace("LONG", "z" + "\u00fc".repeat(127)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "'::1'", "'0:0:0:0:0:0:0:1'", "localhost"})
    void takesEveryLoopbackAddressForTheAdminApi(String host) {
        assertThat(fixture.problemsOf(MINIMAL + "admin: {endpoint: {host: " + host + "}}")).isEmpty();
    }

    @Test
    void letsTheAdminApiHaveAnAddressOfItsOwnOnly() {
        String yaml = """
                listen: {client: {host: 127.0.0.1}, tls: {certificate: server.pem, key: server.key}}
                upstream: {seeds: ["127.0.0.1:7000"]}
                admin: {endpoint: {port: 6379}}
                """;

        assertThat(fixture.problemsOf(yaml))
                .containsExactly("admin.endpoint: 127.0.0.1:6379 (expected: an address no listener has)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "client: none, read: none, tls: none | listen.tls: 'none' (expected: a mapping)",
        "client: none, read: none | listen: no listener (expected: at least one of client, read, plain)",
        "client: none, read: none, plain: {host: '::1'} | listen.plain.port: missing (expected: 0..65535)",
        "client: none, read: none, plain: {port: 1, hst: a} | listen.plain.hst: unknown (did you mean host?)",
        "client: none, read: none, plain: {port: 1}, advertised-host: '' | listen.advertised-host: '' (expected: one word)",
        "client: none, read: none, plain: {port: 1}, backlog: 0 | listen.backlog: 0 (expected: 1..65535)",
        "read: {port: 6379}, tls: {certificate: server.pem, key: server.key} | listen.read: 0.0.0.0:6379 (expected: an address no other listener has)",
    })
    void checksListeners(String listen, String problem) {
        String yaml = "{listen: {" + listen + "}, upstream: {seeds: ['127.0.0.1:7000']}}";

        assertThat(fixture.problemsOf(yaml)).contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "user: app | upstream.user: 'app' (expected: together with password-file or password-env)",
        "password: hunter2 | upstream.password: unknown (did you mean password-env?)",
        "user: app, password-env: ABSENT | upstream.password-env: 'ABSENT', not set (expected: an environment variable with a password)",
        "user: app, password-env: s3cret | upstream.password-env: a name that is not told, not set (expected: an environment variable with a password)",
        "user: app, password-file: absent | upstream.password-file: 'absent' (expected: a file that can be read)",
        "user: app, password-file: empty | upstream.password-file: empty, an empty first line (expected: a password)",
        "password-file: secret, password-env: PASSWORD | upstream.password-env: 'PASSWORD' (expected: this or password-file, not both)",
        "tls: {certificate: server.pem} | upstream.tls.key: missing",
        "tls: {key: server.key} | upstream.tls.certificate: missing",
        "tls: {ca: .} | upstream.tls.ca: '.' (expected: a file that can be read)",
        "tls: yes | upstream.tls: 'yes' (expected: a mapping)",
    })
    void checksUpstream(String more, String problem) {
        fixture.write("empty", "\n");
        fixture.write("secret", "x");
        String yaml = "{listen: {client: none, read: none, plain: {port: 0}}, upstream: {seeds: ['h:7000'], " + more
                + "}}";

        assertThat(fixture.problemsOf(yaml)).singleElement().asString().startsWith(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "fleet: two words | fleet: 'two words' (expected: one word, or a mapping)",
        "fleet: {nmae: f} | fleet.nmae: unknown (did you mean name?)",
        "fleet: {discovery: multicast} | fleet.discovery: 'multicast' (expected: one of none, static, dns, kubernetes)",
        "fleet: {discovery: static} | fleet.peers: none (expected: at least one host:port of a member)",
        "fleet: {discovery: static, peers: [nowhere]} | fleet.peers[0]: address: 'nowhere' (expected: host:port)",
        "fleet: {discovery: dns} | fleet.dns-name: missing (expected: a name whose addresses are the members)",
        "fleet: {discovery: dns, dns-name: n, dns-server: ns1} | fleet.dns-server: address: 'ns1' (expected: host:port)",
        "fleet: {bind: {host: 0.0.0.0}} | fleet.bind.host: 0.0.0.0 (expected: an address that other members can connect to, or auto)",
        "fleet: {bind: {port: 0}} | fleet.bind.port: 0 (expected: 1..65535)",
        "fleet: {advertised: here} | fleet.advertised: address: 'here' (expected: host:port)",
        "fleet: {gossip-interval: 1ms} | fleet.gossip-interval: 1ms (expected: 100ms..1m)",
        "fleet: {suspect-after: 1h} | fleet.suspect-after: 1h (expected: 1s..5m)",
        "fleet: {voters: [a]} | fleet.voters: [a] (expected: none, for a proxy that is alone)",
        "fleet: {discovery: dns, dns-name: n, voters: [a, a], member: a, data: d} | fleet.voters[1]: a (expected: each name once)",
        "fleet: {discovery: dns, dns-name: n, voters: [a], data: d} | fleet.member: missing (expected: our name, since there are voters)",
        "fleet: {discovery: dns, dns-name: n, voters: [a], member: a} | fleet.data: missing (expected: a folder, since there are voters)",
        "fleet: {data: server.pem} | fleet.data: 'server.pem' (expected: a folder)",
        "fleet: {tls: {certificate: server.pem, key: server.key}} | fleet.tls.ca: missing",
        "dns: {name: n, address: 10.0.0.1} | dns.hosted-zone: missing (expected: the id of a hosted zone)",
        "dns: {hosted-zone: Z, name: n, address: here} | dns.address: 'here' (expected: an IP address)",
        "dns: {hosted-zone: Z, name: n, address: '::1', ttl: 0ms} | dns.ttl: 0ms (expected: 1s..1d)",
        "dns: {hosted-zone: Z, name: n, address: '::1', endpoint: x} | dns.endpoint: 'x' (expected: a URL such as https://host:port)",
    })
    void checksTheFleetAndItsNames(String more, String problem) {
        assertThat(fixture.problemsOf(MINIMAL + more)).anySatisfy(found -> assertThat(found).startsWith(problem));
    }

    @Test
    void reportsDuplicateKeysBesideOtherProblems() {
        String yaml = MINIMAL + """
                limits:
                  connections: 10
                  arguments: 0
                  connections: 20
                """;

        assertThat(fixture.problemsOf(yaml)).contains(
                "limits.connections: given again at line 6 (expected: once)",
                "limits.arguments: 0 (expected: 1..1048576)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"a: [ | line 1: no YAML: ",
        "a: b: c | line 1: no YAML: ",
        "%x | line 1: no YAML: ", "@ | line 1: no YAML: "})
    void saysWhereTextIsNoYaml(String yaml, String problem) {
        assertThat(fixture.problemsOf(yaml)).singleElement().asString().startsWith(problem);
    }

    @Test
    void refusesAliasesAndFurtherDocuments() {
        assertThat(fixture.problemsOf("zone: &a b\nworkers: *a\n"))
                .contains("line 2: an alias (expected: the value itself)");
        assertThat(fixture.problemsOf("zone: a\n---\nzone: b\n")).contains("line 3: another document (expected: one)");
    }

    @Test
    void saysWhichFileCannotBeRead() throws IOException {
        Path absent = folder.resolve("absent.yaml");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[]{(byte) 0xff, (byte) 0xfe});
        Path huge = Files.write(folder.resolve("huge.yaml"), new byte[FileSource.LARGEST + 1]);

        assertThatThrownBy(() -> SlotgateConfig.load(absent)).isInstanceOf(ConfigException.class)
                .hasMessage(absent + ", no such file (expected: a file that can be read)");
        assertThatThrownBy(() -> SlotgateConfig.load(folder)).isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("(expected: a file that can be read)");
        assertThatThrownBy(() -> SlotgateConfig.load(binary)).isInstanceOf(ConfigException.class)
                .hasMessage(binary + ", not UTF-8 (expected: UTF-8 text)");
        assertThatThrownBy(() -> SlotgateConfig.load(huge)).isInstanceOf(ConfigException.class)
                .hasMessage(huge + ", 1048577 bytes (expected: at most 1MiB)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "'~'", "+", "'-@'", "'%X~a'", "'%R~'", "'~a b'", "()", "'(~a'", "'(~a >b)'",
        "'(~a (~b))'"})
    void rulesAreThoseOfTheServersAccessControlLists(String rule) {
        assertThat(fixture.problemsOf(MINIMAL + ruled("app", "['~*', " + rule + "]")))
                .singleElement().asString().startsWith("auth.users[0].rules[1]: ")
                .endsWith(
                        "(expected: a rule such as ~app:*, %R~other:*, +@read, -flushall, +config|get, &news:* or (~more:* +@all))");
    }

    @Test
    void rulesAreForUsersThatAreNobodyElse() {
        String other = "{name: b, password-sha256: [" + "ab".repeat(32)
                + "], upstream-user: app, upstream-password-env: PASSWORD}";
        assertThat(fixture.problemsOf(MINIMAL + ruled("default", "['~*']")))
                .singleElement().asString().startsWith("auth.users[0].rules: of the user 'default' (expected: ");
        assertThat(fixture.problemsOf(MINIMAL + "auth: {users: [{name: a, password-sha256: [" + "ab".repeat(32)
                + "], rules: ['~*'], upstream-user: b, upstream-password-env: PASSWORD}]}"))
                .anyMatch(problem -> problem.startsWith("auth.users[0].rules: with upstream-user (expected: "));
        assertThat(fixture.problemsOf(MINIMAL + ruled("app", "['~*']").replace("]}]}", "]}, " + other + "]}")))
                .anyMatch(problem -> problem.startsWith("auth.users[0].rules: of 'app', the upstream-user of another"));
        assertThat(fixture.problemsOf("{listen: {client: none, read: none, plain: {port: 0}}, "
                + "upstream: {seeds: ['h:7000'], user: app, password-env: PASSWORD}, " + ruled("app", "['~*']") + "}"))
                .anyMatch(problem -> problem.startsWith("auth.users[0].rules: of 'app', who this proxy is itself"));
    }

    @Test
    void takesRules() {
        SlotgateConfig config = fixture.minimalAnd(ruled("app",
                "['~app:*', '%R~b', '%rw~c', '&news:*', +@read, -get, '+config|get', AllKeys, '(~a +@all)']"));
        assertThat(config.auth().users().getFirst().rules()).isEqualTo(new AclRules(List.of("~app:*", "%R~b", "%rw~c",
                "&news:*", "+@read", "-get", "+config|get", "AllKeys", "(~a +@all)")));
    }

    private static String ruled(String name, String rules) {
        return "auth: {users: [{name: " + name + ", password-sha256: [" + "ab".repeat(32) + "], rules: " + rules
                + "}]}";
    }

    @Test
    void neverShowsSecrets() {
        fixture.write("secret", "hunter2\n");
        String digest = "ab".repeat(32);

        SlotgateConfig config = fixture.minimalAnd("auth: {users: [{name: app, password-sha256: [" + digest + "]}]}");
        SlotgateConfig withPassword = fixture.parse("{listen: {client: none, read: none, plain: {port: 0}}, "
                + "upstream: {seeds: ['h:7000'], user: app, password-file: secret}}");

        assertThat(config.toString()).doesNotContain("abab");
        assertThat(withPassword.upstream().password()).isEqualTo(Secret.of("hunter2"));
        assertThat(withPassword.toString()).doesNotContain("hunter2").contains("******");
    }

    @Test
    void takesAPasswordFromTheEnvironment() {
        SlotgateConfig config = fixture.parse("{listen: {client: none, read: none, plain: {port: 0}}, "
                + "upstream: {seeds: ['h:7000'], password-env: PASSWORD}}");

        assertThat(config.upstream().password()).isEqualTo(Secret.of("from-environment"));
    }
}
