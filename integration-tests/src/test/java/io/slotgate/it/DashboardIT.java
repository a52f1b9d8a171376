package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Reads;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboard in a real browser, over a real cluster: what an operator sees, and does. */
@Timeout(180)
class DashboardIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.zones(List.of("a", "b", "c")))
            .reads("a", Reads.defaults()).nodesFail();
    @RegisterExtension
    static final InstalledBrowser browser = new InstalledBrowser();

    private static final Locator.GetByTextOptions EXACTLY = new Locator.GetByTextOptions().setExact(true);
    private static final Pattern DURATIONS = Pattern
            .compile("[0-9.]+ (µs|ms|s) \\([0-9.]+ (µs|ms|s)\\)");

    private static AdminServer admin;

    @BeforeAll
    static void serve() throws IOException {
        admin = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0)));
        admin.attach(ProxyView.of(proxy.server()));
    }

    @AfterAll
    static void stop() {
        admin.close();
    }

    private static DashboardTab load() {
        return browser.open(admin.port()).load();
    }

    @Test
    void showsTheClusterAsItIs() {
        try (DashboardTab tab = load()) {
            tab.expect("#readiness").hasText("ready");
            tab.expect("#attention").containsText("Nothing needs attention.");
            tab.expect("#cluster-map tbody tr").hasCount(3);
            tab.expect("#cluster-map .node.primary").hasCount(3);
            tab.expect("#cluster-map .node.replica").hasCount(3);
            tab.expect("#cluster-version").containsText("16,384 of 16,384 slots covered");
            tab.expect("#channels tbody tr").not().hasCount(0);
            tab.expect("#limits meter").not().hasCount(0);
        }
    }

    @Test
    void showsWhatClientsDoAsTheyDoIt() throws Exception {
        try (DashboardTab tab = load(); Traffic traffic = new Traffic(proxy, "web")) {
            traffic.start();
            tab.expect(tile(tab, "Commands per second")).hasText(Pattern.compile("[1-9][0-9.]*K?"));
            tab.expect(tile(tab, "Clients")).hasText("1");
            tab.expect("#chart-commands canvas").isVisible();
            tab.expect("#chart-commands [role=img]").hasAttribute("aria-label",
                    Pattern.compile("Commands per second: read [1-9].*"));
        }
    }

    @Test
    void showsHowLongCommandsTake() throws Exception {
        try (DashboardTab tab = load(); Traffic traffic = new Traffic(proxy, "timed")) {
            traffic.start();
            tab.show("#latency");
            Locator row = tab.find("#commands tbody tr").filter(
                    new Locator.FilterOptions().setHas(tab.page().locator("td, th").getByText("get", EXACTLY))).first();
            // Per second, calls, errors; then percentiles, each with what of it the node took.
            tab.expect(row.locator("td, th").nth(1)).hasText(Pattern.compile("[1-9][0-9.]*K?"));
            for (int percentile = 4; percentile <= 6; percentile++) {
                tab.expect(row.locator("td, th").nth(percentile)).hasText(DURATIONS);
            }
            tab.expect("#chart-latency canvas").isVisible();
            tab.expect("#chart-latency [role=img]").hasAttribute("aria-label",
                    Pattern.compile("99th percentile of the busiest command: with the proxy [0-9].*"));
        }
    }

    @Test
    void showsHotKeys() throws Exception {
        try (DashboardTab tab = load(); Wire client = proxy.connect()) {
            tab.show("#keys");
            for (int i = 0; i < 20_000; i++) {
                client.send("GET", "asked-for-most");
                client.readRaw();
            }
            Locator row = tab.find("#hot-keys tbody tr")
                    .filter(new Locator.FilterOptions().setHasText("asked-for-most"));
            tab.expect(row).hasCount(1);
            tab.expect(row).containsText(Integer.toString(SlotHash.slot("asked-for-most")));
        }
    }

    @Test
    void showsTheFleet() {
        try (DashboardTab tab = load().show("#fleet")) {
            tab.expect("#fleet-body tbody tr").hasCount(1);
            tab.expect("#fleet-body tbody tr").containsText(Pattern.compile("\\(this one\\).*healthy"));
            tab.expect("#channels tbody tr").not().hasCount(0);
        }
    }

    @Test
    void letsClientsGoAndTakesThemInAgain() throws Exception {
        try (DashboardTab tab = load().show("#operations")) {
            tab.button("Drain this proxy…").click();
            tab.press("Drain it");
            tab.expect("#readiness").hasText("draining");
            tab.expect("#attention").containsText("it is draining");

            tab.button("Take clients in again…").click();
            tab.press("Take them in");

            tab.expect("#readiness").hasText("ready");
            tab.expect(tab.button("Drain this proxy…")).isVisible();
            tab.expect("#timeline").containsText("clients are taken in again");
            try (Wire client = proxy.connect()) {
                assertThat(client.raw("PING")).isEqualTo("+PONG\r\n");
            }
        }
    }

    /** The page stays as it was loaded. */
    @Test
    void showsAPrimaryThatDiesAsItHappens() throws Exception {
        await().atMost(ProxyFixture.PATIENCE).until(DashboardIT::isWell);
        Shard shard = proxy.server().slots().shards().getLast();
        HostPort primary = shard.primary().address();
        LocalNode dying = proxy.cluster().nodes().stream().filter(node -> node.address().equals(primary)).findFirst()
                .orElseThrow();
        try (DashboardTab tab = load()) {
            tab.page().evaluate("() => { window.loadedOnce = true; }");
            tab.expect("#attention").containsText("Nothing needs attention.");

            dying.kill();

            tab.expect("#timeline")
                    .containsText(Pattern.compile(primary.toString().replace(".", "\\.") + " is (suspected|failed)"));
            tab.expect("#timeline").containsText("has taken over from " + primary);
            tab.expect("#cluster-map tr[data-key='" + shard.id() + "'] .node.primary").not()
                    .containsText(primary.toString());
            assertThat(tab.page().evaluate("() => window.loadedOnce")).isEqualTo(true);

            dying.restart();
            await().atMost(ProxyFixture.PATIENCE).until(DashboardIT::isWell);
            tab.expect("#attention").containsText("Nothing needs attention.");
        }
    }

    private static boolean isWell() {
        return proxy.server().slots().shards().stream().allMatch(shard -> shard.primary().health() == Health.UP
                && shard.replicas().size() == 1 && shard.replicas().getFirst().health() == Health.UP);
    }

    private static Locator tile(DashboardTab tab, String title) {
        return tab.find(".tile:has(dt:text-is('" + title + "')) output");
    }

    @Test
    void showsAFailoverAsItHappens() {
        try (DashboardTab tab = load()) {
            Shard shard = proxy.server().slots().shards().getFirst();
            String next = shard.replicas().getFirst().address().toString();
            Locator row = tab.find("#cluster-map tr[data-key='" + shard.id() + "']");
            tab.expect(row.locator(".node.primary")).containsText(shard.primary().address().toString());

            row.getByText("Fail over…").click();
            tab.expect(tab.dialog()).containsText("takes the place of " + shard.primary().address());
            tab.press("Fail over");

            tab.expect(row.locator(".node.primary")).containsText(next);
            tab.expect("#timeline").containsText(next);
            tab.expect(tab.find("#operations-list tbody tr").first())
                    .hasText(Pattern.compile("Failover of shard.*done.*is primary of shard.*"));
            assertThat(proxy.server().slots().shards()).anySatisfy(
                    each -> assertThat(each.primary().address()).hasToString(next));
        }
    }

    @Test
    void takesReadsAwayFromANodeAndGivesThemBack() {
        try (DashboardTab tab = load()) {
            Locator node = tab.find("#cluster-map .node.replica").first();
            String address = node.locator("code").textContent();

            tab.button("Keep reads away from " + address + "…").click();
            tab.press("Keep reads away");
            tab.expect(tab.button("Read again from " + address + "…")).isVisible();
            assertThat(admin()).anyMatch(setting -> setting.contains("\"reads.avoid\",\"value\":\"" + address + "\""));

            tab.button("Read again from " + address + "…").click();
            tab.press("Read from it again");
            tab.expect(tab.button("Keep reads away from " + address + "…")).isVisible();
        }
    }

    @Test
    void changesASettingOnceItHasShownWhatChanges() {
        try (DashboardTab tab = load()) {
            tab.find("[id='setting-limits.slow-client-timeout']").fill("45000ms");
            tab.button("Review the change…").click();
            tab.expect(tab.dialog().locator(".old")).hasText("30s");
            tab.expect(tab.dialog().locator(".new")).hasText("45s");
            assertThat(admin()).noneMatch(setting -> setting.contains("\"value\":\"45s\""));
            tab.press("Apply");

            tab.expect("#notices").containsText("is in force");
            tab.show("#settings");
            assertThat(admin())
                    .anyMatch(setting -> setting.startsWith("\"limits.slow-client-timeout\",\"value\":\"45s\""));
            tab.expect("#settings-history tbody").containsText("limits.slow-client-timeout: 45000ms");
            tab.expect("#audit tbody").containsText("settings change");

            tab.find("[id='setting-limits.slow-client-timeout']").fill("30s");
            tab.button("Review the change…").click();
            tab.press("Apply");
            await().atMost(ProxyFixture.PATIENCE).until(
                    () -> admin().stream().anyMatch(
                            setting -> setting.startsWith("\"limits.slow-client-timeout\",\"value\":\"30s\"")));
            tab.find("#settings-history tbody tr")
                    .filter(new Locator.FilterOptions().setHasText("slow-client-timeout: 45000ms")).first()
                    .getByText("Roll back…").click();
            tab.expect(tab.dialog().locator(".new")).hasText("45s");
            tab.press("Apply");
            await().atMost(ProxyFixture.PATIENCE).until(
                    () -> admin().stream().anyMatch(
                            setting -> setting.startsWith("\"limits.slow-client-timeout\",\"value\":\"45s\"")));
        }
    }

    @Test
    void saysAtTheFieldWhatIsWrongWithASetting() {
        try (DashboardTab tab = load()) {
            tab.find("[id='setting-limits.connections']").fill("many");
            tab.button("Review the change…").click();
            tab.expect("[id='setting-limits.connections-problem']").containsText("'many' (expected: a whole number)");
            tab.expect("[id='setting-limits.connections']").isFocused();
            tab.expect(tab.dialog()).hasCount(0);
            tab.button("Undo what I typed").click();
            tab.expect("[id='setting-limits.connections']").hasValue("65000");
        }
    }

    @Test
    void killsAClient() throws Exception {
        try (DashboardTab tab = load().show("#clients"); Wire client = proxy.connect(); Wire other = proxy.connect()) {
            client.call("CLIENT", "SETNAME", "to-be-killed");
            other.call("CLIENT", "SETNAME", "to-be-kept");
            long id = Long.parseLong(String.valueOf(client.call("CLIENT", "ID")));

            tab.button("Kill client " + id + " (to-be-killed)…").click();
            tab.expect(tab.dialog()).containsText("Kill client " + id);
            tab.press("Kill it");

            assertThat(client.readToEnd()).isEmpty();
            tab.expect("#clients tbody").not().containsText("to-be-killed");
            tab.expect("#clients tbody").containsText("to-be-kept");
            assertThat(other.raw("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void filtersClients() throws Exception {
        try (DashboardTab tab = load().show("#clients"); Wire one = proxy.connect(); Wire other = proxy.connect()) {
            one.call("CLIENT", "SETNAME", "batch");
            other.call("CLIENT", "SETNAME", "web");
            tab.find("#clients-name").fill("web");
            tab.button("Filter").click();
            tab.expect("#clients tbody tr").hasCount(1);
            tab.expect("#clients tbody").containsText("web");
            tab.button("Show all").click();
            tab.expect("#clients tbody").containsText("batch");
        }
    }

    @Test
    void showsNamesThatAreMarkupAsTheyAre() throws Exception {
        try (DashboardTab tab = load().show("#clients"); Wire client = proxy.connect()) {
            client.call("CLIENT", "SETNAME", "<img/src=x/onerror=document.title='owned'>");
            tab.expect("#clients tbody").containsText("<img/src=x/onerror=document.title='owned'>");
            tab.expect("#clients img").hasCount(0);
            assertThat(tab.page().title()).startsWith("Slotgate");
        }
    }

    @Test
    void saysWhereAKeyGoes() {
        try (DashboardTab tab = load()) {
            tab.find("#route-key").fill("user:{42}:name");
            tab.find("#route-key").press("Enter");
            tab.expect("#route-answer").containsText("8,000");
            tab.expect("#route-answer").containsText("only the hash tag '42' is hashed");
        }
    }

    /** The settings as the API has them, each from its name on. */
    private static List<String> admin() {
        return AdminCalls.get(admin.port(), "/api/v1/settings", null).body().lines()
                .flatMap(line -> Pattern.compile("\\{\"name\":").splitAsStream(line)).toList();
    }

    /** Light, dark and on a phone; written down where asked for: {@code -Ddashboard.screenshots=true}. */
    @Test
    void looksGood() throws Exception {
        List<byte[]> pictures = new ArrayList<>();
        try (Traffic web = new Traffic(proxy, "web-1");
                Traffic other = new Traffic(proxy, "web-2");
                Traffic batch = new Traffic(proxy, "batch")) {
            web.start();
            other.start();
            batch.start();
            pictures.add(picture(browser.open(admin.port()), "dashboard-light.png", 1600));
            pictures.add(picture(browser.open(admin.port(), InstalledBrowser.desk().setColorScheme(ColorScheme.DARK)),
                    "dashboard-dark.png", 1600));
            pictures.add(picture(browser.open(admin.port(), InstalledBrowser.phone().setDeviceScaleFactor(1)),
                    "dashboard-phone.png", 1500));
        }
        assertThat(pictures).allSatisfy(picture -> assertThat(picture).hasSizeBetween(10_000, 400_000));
    }

    private static byte[] picture(DashboardTab tab, String name, int height) throws IOException {
        try (tab) {
            int width = tab.page().viewportSize().width;
            tab.page().setViewportSize(width, height);
            tab.load();
            boolean wanted = Boolean.getBoolean("dashboard.screenshots");
            tab.expect("#chart-commands canvas").isVisible();
            if (wanted) {
                // Something to see in the charts.
                tab.page().waitForTimeout(20_000);
            }
            byte[] picture = tab.page().screenshot(new Page.ScreenshotOptions());
            if (wanted) {
                Path folder = Path.of(System.getProperty("basedir", "."), "..", "docs", "images");
                Files.createDirectories(folder);
                Files.write(folder.resolve(name), picture);
            }
            return picture;
        }
    }
}
