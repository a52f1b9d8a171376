package io.slotgate.proxy.session;

import static io.slotgate.proxy.session.TrackingClients.ALL;
import static io.slotgate.proxy.session.TrackingClients.invalid;
import static io.slotgate.proxy.session.TrackingClients.turnOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that cache what they read are told of what changes, between and behind their replies. */
@Timeout(60)
class TrackingTest extends TrackingFixture {
    /** Lets everything that nodes have said so far reach the clients: another one hears of what comes behind it. */
    private void settle() {
        TestClient last = plane.client();
        last.call("HELLO", "3");
        turnOn(last);
        for (int i = 0; i < 3; i++) {
            String key = cluster.key(i, "settle:");
            last.call("GET", key);
            nodes.change(key, "now");
            assertThat(last.reply()).isEqualTo(invalid(key));
        }
        last.close();
    }

    @Test
    void aKeyThatWasReadIsToldOnceAndAgainWhenItIsReadAgain() {
        track();
        assertThat(client.call("GET", "k")).isEqualTo("(nil)");
        other.call("SET", "k", "1");
        assertThat(client.reply()).isEqualTo(invalid("k"));
        other.call("SET", "k", "2");
        settle();
        assertThat(client.call("GET", "k")).isEqualTo("2");
        assertThat(client.call("PING")).isEqualTo("PONG");
        other.call("SET", "k", "3");
        assertThat(client.reply()).isEqualTo(invalid("k"));
    }

    @Test
    void whatHasManyKeysTracksAllOfThem() {
        track();
        client.call("MGET", "a", "b", "c", "d");
        other.call("MSET", "d", "1", "x", "1");
        assertThat(client.reply()).isEqualTo(invalid("d"));
        other.call("DEL", "a");
        assertThat(client.reply()).isEqualTo(invalid("a"));
    }

    @Test
    void whatChangesWhileTheReplyIsOnItsWayIsToldBehindIt() {
        track();
        String key = cluster.key(0, "k");
        CompletableFuture<Void> gate = new CompletableFuture<>();
        nodes.hold(0, "get", gate);
        client.ask("GET", key);
        await().until(() -> cluster.node(0).commands("get").size() == 1);
        nodes.change(key, "new");
        await().untilAsserted(() -> assertThat(plane.count(Metric.INVALIDATIONS)).isEqualTo(1));
        gate.complete(null);
        assertThat(client.reply()).isEqualTo("(nil)");
        assertThat(client.reply()).isEqualTo(invalid(key));
    }

    @Test
    void repliesOfOurOwnBehindAnAnnouncementAreNotCountedAsSuch() {
        track();
        String key = cluster.key(0, "k");
        String large = "x".repeat(8 * 1024);
        for (int round = 1; round <= 10; round++) {
            client.call("GET", key);
            CompletableFuture<Void> gate = holdARead(round * 2);
            nodes.change(key, "v" + round);
            plane.awaitCount(Metric.INVALIDATIONS, round);
            long requests = plane.count(Metric.REQUESTS);
            client.ask("ECHO", large);
            plane.awaitCount(Metric.REQUESTS, requests + 1);
            gate.complete(null);
            assertThat(client.replies(3)).containsExactly("(nil)", invalid(key), large);
        }

        List<String> many = new ArrayList<>();
        for (int i = 0; i < 800; i++) {
            many.add("{" + key + "}" + i + "y".repeat(100));
            client.call("STRLEN", many.getLast());
        }
        CompletableFuture<Void> gate = holdARead(21);
        many.forEach(each -> nodes.change(each, "new"));
        await().untilAsserted(() -> assertThat(plane.count(Metric.INVALIDATIONS)).isEqualTo(810));
        gate.complete(null);

        assertThat(client.reply()).isEqualTo("(nil)");
        int told = 0;
        while (!client.reply().equals("[invalidate, (nil)]")) {
            told++;
        }
        assertThat(told).as("told before all was said to be invalid").isBetween(1, 700);
    }

    private CompletableFuture<Void> holdARead(int reads) {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        nodes.hold(0, "get", gate);
        client.ask("GET", cluster.key(0, "slow"));
        await().until(() -> cluster.node(0).commands("get").size() == reads);
        return gate;
    }

    @Test
    void readsInATransactionAreTrackedWithExec() {
        track();
        client.call("MULTI");
        client.call("GET", "{t}a");
        other.call("SET", "{t}a", "0");
        client.call("GET", "{t}b");
        settle();
        assertThat(client.call("EXEC")).isEqualTo("[0, (nil)]");
        other.call("SET", "{t}b", "1");
        String told = client.reply();
        assertThat(told).contains("{t}b");
        client.call("MULTI");
        client.call("GET", "{t}c");
        client.call("DISCARD");
        other.call("SET", "{t}c", "1");
        settle();
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void optInTracksWhatIsAnnouncedOnly() {
        track("OPTIN");
        client.call("GET", "a");
        assertThat(client.call("CLIENT", "CACHING", "YES")).isEqualTo("OK");
        client.call("GET", "b");
        client.call("GET", "c");
        other.call("SET", "a", "1");
        other.call("SET", "c", "1");
        other.call("SET", "b", "1");
        assertThat(client.reply()).isEqualTo(invalid("b"));
        assertThat(client.call("CLIENT", "CACHING", "NO")).startsWith("-ERR CLIENT CACHING NO is only valid");
        client.call("CLIENT", "CACHING", "YES");
        client.call("MULTI");
        client.call("GET", "{t}a");
        client.call("GET", "{t}b");
        client.call("EXEC");
        assertThat(plane.count(Metric.TRACKED_KEYS)).isEqualTo(2);
    }

    @Test
    void optOutTracksWhatIsNotExcepted() {
        track("OPTOUT");
        assertThat(client.call("CLIENT", "CACHING", "NO")).isEqualTo("OK");
        client.call("GET", "a");
        client.call("GET", "b");
        other.call("SET", "a", "1");
        other.call("SET", "b", "1");
        assertThat(client.reply()).isEqualTo(invalid("b"));
    }

    @Test
    void broadcastTellsOfPrefixesWithoutReads() {
        track("BCAST", "PREFIX", "user:", "PREFIX", "obj:");
        for (int i = 0; i < 3; i++) {
            assertThat(nodes.prefixes(i)).containsExactly("obj:", "user:");
        }
        other.call("SET", "other", "1");
        other.call("SET", "user:1", "1");
        assertThat(client.reply()).isEqualTo(invalid("user:1"));
        other.call("SET", "obj:1", "1");
        assertThat(client.reply()).isEqualTo(invalid("obj:1"));
    }

    @Test
    void ownWritesAreNotToldWithNoLoopUnlessTheyFail() {
        track("NOLOOP");
        client.call("GET", "k");
        client.call("SET", "k", "1");
        settle();
        assertThat(client.call("PING")).isEqualTo("PONG");
        client.call("GET", "k");
        assertThat(client.call("DEL", "k", "none")).as("not both were there").isEqualTo("1");
        assertThat(client.reply()).isEqualTo(invalid("k", "none"));
        // The node says so, too, and may do it when the key is tracked again.
        settle();
        client.call("GET", "k");
        other.call("SET", "k", "2");
        assertThat(client.reply()).isEqualTo(invalid("k"));
        client.call("GET", "k");
        client.call("APPEND", "k", "3");
        assertThat(client.reply()).as("what is no whole value is told").isEqualTo(invalid("k"));
    }

    @Test
    void ownWritesAreToldOtherwise() {
        track();
        client.call("GET", "k");
        client.ask("SET", "k", "1");
        assertThat(client.replies(2)).containsExactlyInAnyOrder("OK", invalid("k"));
    }

    @Test
    void invalidationsCanGoToAnotherClient() {
        TestClient target = plane.client();
        String id = target.call("CLIENT", "ID");
        assertThat(target.call("SUBSCRIBE", "__redis__:invalidate")).startsWith("[subscribe,");
        turnOn(client, "REDIRECT", id);
        assertThat(client.call("CLIENT", "GETREDIR")).isEqualTo(id);
        client.call("GET", "k");
        other.call("SET", "k", "1");
        assertThat(target.reply()).isEqualTo("[message, __redis__:invalidate, [k]]");
        nodes.flush(0);
        assertThat(target.reply()).isEqualTo("[message, __redis__:invalidate, (nil)]");
        client.call("HELLO", "3");
        client.call("GET", "k");
        target.close();
        plane.awaitCount(Metric.SESSIONS, 2);
        other.call("SET", "k", "2");
        assertThat(client.reply()).isEqualTo("[tracking-redir-broken, " + id + "]");
        assertThat(client.call("CLIENT", "TRACKINGINFO"))
                .isEqualTo("[flags, [on, broken_redirect], redirect, " + id + ", prefixes, []]");
        assertThat(client.call("CLIENT", "INFO")).contains(" flags=tR ").contains(" redir=" + id + " ");
    }

    @Test
    void theEldestKeyGoesWhereThereIsNoRoom() {
        track();
        for (int i = 0; i < 1000; i++) {
            client.call("GET", "k" + i);
        }
        client.ask("GET", "one-more");
        assertThat(client.replies(2)).containsExactly("(nil)", invalid("k0"));
        assertThat(plane.count(Metric.TRACKED_KEYS)).isEqualTo(1000);
        assertThat(plane.count(Metric.TRACKING_EVICTED)).isEqualTo(1);
    }

    @Test
    void aClientThatBlocksIsToldAtOnce() {
        track();
        client.call("GET", "k");
        nodes.hold(cluster.ownerOf("list"), "blpop", new CompletableFuture<>());
        client.ask("BLPOP", "list", "0");
        plane.awaitCount(Metric.LEASES, 1);
        other.call("SET", "k", "1");
        assertThat(client.reply()).isEqualTo(invalid("k"));
        String id = other.call("CLIENT", "LIST").lines().filter(line -> line.contains("flags=bt")).findFirst()
                .orElseThrow();
        assertThat(other.call("CLIENT", "UNBLOCK", id.substring(3, id.indexOf(' ')))).isEqualTo("1");
        assertThat(client.reply()).isEqualTo("(nil)");
    }

    @Test
    void tooMuchToSayBehindAReplyBecomesEverything() {
        track("BCAST");
        String key = cluster.key(0, "k");
        CompletableFuture<Void> gate = new CompletableFuture<>();
        nodes.hold(0, "get", gate);
        client.ask("GET", key);
        await().until(() -> cluster.node(0).commands("get").size() == 1);
        String longKey = "x".repeat(10_000);
        for (int i = 0; i < 20; i++) {
            long before = plane.count(Metric.INVALIDATIONS);
            nodes.change(longKey, "new");
            await().until(() -> plane.count(Metric.INVALIDATIONS) > before);
        }
        gate.complete(null);
        assertThat(client.reply()).isEqualTo("(nil)");
        for (int i = 0; i < 6; i++) {
            assertThat(client.reply()).isEqualTo(invalid(longKey));
        }
        assertThat(client.reply()).isEqualTo(ALL);
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void offAndResetEndIt() {
        track();
        client.call("GET", "k");
        assertThat(client.call("CLIENT", "INFO")).contains(" flags=t ").contains(" redir=0 ");
        assertThat(client.call("CLIENT", "TRACKING", "OFF")).isEqualTo("OK");
        assertThat(plane.count(Metric.TRACKED_KEYS)).isZero();
        assertThat(client.call("CLIENT", "INFO")).contains(" flags=N ").contains(" redir=-1 ");
        turnOn(client);
        client.call("GET", "k");
        client.call("RESET");
        assertThat(plane.count(Metric.TRACKING_SESSIONS)).isZero();
        assertThat(plane.count(Metric.TRACKED_KEYS)).isZero();
    }

    @Test
    void whatIsWrongIsSaidInTheServersWords() {
        client.call("HELLO", "3");
        assertThat(client.call("CLIENT", "TRACKING", "YES")).isEqualTo("-ERR syntax error");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "WHAT")).isEqualTo("-ERR syntax error");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "PREFIX", "a"))
                .isEqualTo("-ERR PREFIX option requires BCAST mode to be enabled");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "REDIRECT", "x"))
                .isEqualTo("-ERR value is not an integer or out of range");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "REDIRECT", "9999", "WHAT"))
                .isEqualTo("-ERR The client ID you want redirect to does not exist");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "BCAST", "OPTIN"))
                .isEqualTo("-ERR OPTIN and OPTOUT are not compatible with BCAST");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "OPTOUT", "OPTIN"))
                .isEqualTo("-ERR You can't specify both OPTIN mode and OPTOUT mode");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "ab", "PREFIX", "a"))
                .isEqualTo("-ERR Prefix 'ab' overlaps with another provided prefix 'a'. Prefixes for a single client"
                        + " must not overlap.");
        turnOn(client, "BCAST", "PREFIX", "a");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a"))
                .isEqualTo("-ERR Prefix 'a' overlaps with an existing prefix 'a'. Prefixes for a single client"
                        + " must not overlap.");
        assertThat(client.call("CLIENT", "TRACKING", "ON"))
                .isEqualTo("-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and"
                        + " then re-enabling it with a different mode.");
        turnOn(client, "BCAST", "PREFIX", "b");
        assertThat(client.call("CLIENT", "TRACKINGINFO"))
                .isEqualTo("[flags, [on, bcast], redirect, 0, prefixes, [a, b]]");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "c", "PREFIX", "d", "PREFIX", "e"))
                .isEqualTo("-ERR Slotgate: a client may have 4 prefixes (limits.tracking.prefixes-per-session)");
        client.call("CLIENT", "TRACKING", "OFF");
        turnOn(client, "OPTIN");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "OPTOUT"))
                .isEqualTo("-ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and"
                        + " then re-enabling it with a different mode.");
        assertThat(client.call("CLIENT", "CACHING", "MAYBE")).isEqualTo("-ERR syntax error");
    }

    @Test
    void resp2WithoutRedirectIsAllowedAndHearsNothing() {
        turnOn(client);
        client.call("GET", "k");
        other.call("SET", "k", "1");
        settle();
        assertThat(client.call("PING")).isEqualTo("PONG");
    }
}
