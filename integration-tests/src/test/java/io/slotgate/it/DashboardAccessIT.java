package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.AdminRole;
import io.slotgate.proxy.config.AdminToken;
import io.slotgate.proxy.config.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who can use the dashboard, and how: roles, phones, keyboards, screen readers, and a proxy that comes and goes. */
@Timeout(180)
class DashboardAccessIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().mayWarn("Requests to the admin API were refused")
            .cluster(cluster -> cluster.shards(3).replicas(1));
    @RegisterExtension
    static final InstalledBrowser browser = new InstalledBrowser();

    private AdminServer admin;

    @BeforeEach
    void serve() throws IOException {
        admin = start(0);
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private static AdminServer start(int port, AdminToken... tokens) throws IOException {
        AdminServer server = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", port), null, List.of(tokens)));
        server.attach(ProxyView.of(proxy.server()));
        return server;
    }

    private static AdminToken token(String name, AdminRole role) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("token of " + name).getBytes(StandardCharsets.UTF_8));
            return new AdminToken(name, role, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void asksForATokenAndSaysWhatItsRoleCannotDo() throws IOException {
        try (AdminServer guarded = start(0, token("eve", AdminRole.VIEWER), token("ann", AdminRole.ADMIN));
                DashboardTab tab = browser.open(guarded.port())) {
            tab.navigate();
            tab.find("#token").fill("of nobody");
            tab.press("Log in");
            tab.expect(tab.dialog()).containsText("the token is not known");
            tab.find("#token").fill("token of eve");
            tab.press("Log in");

            tab.expect("#liveness").hasText("live");
            tab.expect("#who").hasText("eve (viewer)");
            Locator failOver = tab.find("#cluster-map th button").first();
            tab.expect(failOver).hasAttribute("aria-disabled", "true");
            tab.expect(failOver).hasAttribute("title", Pattern.compile(".*needs the role operator; yours is viewer"));
            failOver.press("Enter");
            tab.expect("#notices").containsText("needs the role operator; yours is viewer");
            tab.expect(tab.dialog()).hasCount(0);
            tab.expect(tab.button("Review the change…")).hasAttribute("aria-disabled", "true");

            // The token is this tab's: it holds when the page is loaded again, until it is given back.
            tab.page().reload();
            tab.expect("#who").hasText("eve (viewer)");
            tab.button("Log out").click();
            tab.find("#token").fill("token of ann");
            tab.press("Log in");
            tab.expect("#who").hasText("ann (admin)");
            tab.expect(tab.button("Review the change…")).not().hasAttribute("aria-disabled", "true");
        }
    }

    @Test
    void saysThatItIsStaleUntilTheProxyIsBack() throws IOException {
        try (DashboardTab tab = browser.open(admin.port()).load()) {
            int port = admin.port();
            tab.expect("#stale").isHidden();

            admin.close();
            tab.expect("#liveness").hasText("stale");
            tab.expect("#stale").containsText("old; trying again");

            admin = start(port);
            tab.expect("#liveness").hasText("live");
            tab.expect("#stale").isHidden();
        }
    }

    @Test
    void waitsForAProxyThatStarts() throws IOException {
        try (AdminServer starting = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0)));
                DashboardTab tab = browser.open(starting.port())) {
            tab.navigate();
            tab.expect("#stale").containsText("Starting: ");
            starting.attach(ProxyView.of(proxy.server()));
            tab.expect("#liveness").hasText("live");
        }
    }

    @Test
    void fitsAPhone() {
        try (DashboardTab tab = browser.open(admin.port(), InstalledBrowser.phone()).load()) {
            tab.expect("#cluster-map .node").hasCount(6);
            tab.expect("#settings-form input").not().hasCount(0);
            assertThat(tab.scrollsSideways()).isFalse();
            tab.find("#cluster-map th button").first().tap();
            tab.expect(tab.dialog()).isVisible();
            assertThat(tab.scrollsSideways()).isFalse();
            tab.press("Cancel");
        }
    }

    @Test
    void isDarkWhereTheSystemIsOrWhereChosen() {
        try (DashboardTab tab = browser.open(admin.port(), InstalledBrowser.desk().setColorScheme(ColorScheme.DARK))
                .load()) {
            assertThat(ground(tab)).isEqualTo("rgb(14, 19, 26)");
            tab.button("Theme: system").click();
            assertThat(ground(tab)).isEqualTo("rgb(243, 245, 248)");
            tab.button("Theme: light").click();
            assertThat(ground(tab)).isEqualTo("rgb(14, 19, 26)");
            tab.page().reload();
            tab.expect(tab.button("Theme: dark")).isVisible();
        }
    }

    private static Object ground(DashboardTab tab) {
        return tab.page().evaluate("() => getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void needsNoMouse() {
        try (DashboardTab tab = browser.open(admin.port()).load()) {
            tab.expect("#cluster-map .node").hasCount(6);
            tab.page().keyboard().press("Tab");
            assertThat(tab.focused()).isEqualTo("Skip to the content");
            tab.page().keyboard().press("Enter");

            String failOver = tab.find("#cluster-map th button").first().getAttribute("aria-label");
            tab.tabTo(failOver);
            tab.page().keyboard().press("Enter");
            tab.expect(tab.dialog()).isVisible();
            tab.page().keyboard().press("Escape");
            tab.expect(tab.dialog()).hasCount(0);
            assertThat(tab.focused()).isEqualTo(failOver);

            tab.tabTo("Slot");
            tab.page().keyboard().press("End");
            tab.page().keyboard().press("ArrowLeft");
            tab.expect("canvas.heat").hasAttribute("aria-valuetext", Pattern.compile("slot 16382 · shard .*"));

            tab.tabTo("limits.pending-per-session");
            tab.page().keyboard().press("ControlOrMeta+a");
            tab.page().keyboard().type("2000");
            tab.page().keyboard().press("Enter");
            tab.expect(tab.dialog()).containsText("2000");
            tab.page().keyboard().press("Tab");
            tab.tabTo("Apply");
            tab.page().keyboard().press("Enter");
            tab.expect("#notices").containsText("is in force");
            assertThat(AdminCalls.get(admin.port(), "/api/v1/settings", null).body())
                    .contains("\"limits.pending-per-session\",\"value\":\"2000\"");
        }
    }

    @ParameterizedTest
    @EnumSource(value = ColorScheme.class, names = {"LIGHT", "DARK"})
    void hasNoSeriousObstacles(ColorScheme colors) throws Exception {
        Browser.NewContextOptions device = InstalledBrowser.desk().setColorScheme(colors).setBypassCSP(true);
        try (DashboardTab tab = browser.open(admin.port(), device).load(); Wire client = proxy.connect()) {
            client.call("CLIENT", "SETNAME", "somebody");
            tab.show("#clients").expect("#clients tbody tr").hasCount(1);
            tab.show("#overview").expect("#chart-commands canvas").isVisible();
            tab.find("#restart-plan summary").click();
            tab.expect("#restart-plan tbody tr").not().hasCount(0);
            assertThat(tab.violations()).isEmpty();
            tab.find("#cluster-map th button").first().click();
            tab.expect(tab.dialog()).isVisible();
            assertThat(tab.violations()).isEmpty();
        }
    }

    /** Whatever keys are called, and whichever of its parts a proxy does not have. */
    @Test
    void showsKeysAsTextAndDoesWithoutWhatIsMissing() {
        try (DashboardTab tab = browser.open(admin.port())) {
            answer(tab, "/hotkeys", 200,
                    "{\"proxies\":[\"p1\",\"p2\"],\"missing\":[\"<p\\u202e>\"],"
                            + "\"items\":[{\"key\":\"<img src=x onerror=alert(1)>\\u202e\",\"perSecond\":5.5,"
                            + "\"lowest\":5.0,\"highest\":6.0}]}");
            answer(tab, "/bigkeys", 404, "{\"status\":404,\"detail\":\"there is nothing at /api/v1/bigkeys\"}");
            tab.load().show("#keys");
            tab.expect("#hot-keys tbody").containsText("<img src=x onerror=alert(1)>\\u202e");
            tab.expect("#hot-keys img").hasCount(0);
            tab.expect("#hot-keys .whose").hasText("Of 2 of 3 proxies of the fleet: <p\\u202e> did not tell.");
            tab.expect("#big-keys [data-note]").hasText("This proxy does not tell big keys.");
            tab.expect("#big-keys table").isHidden();
        }
    }

    /** One that does not answer once takes all it has counted with it, and brings it back: that is no rate. */
    @Test
    void makesRatesOfSlotsOfTheSameProxiesOnly() {
        AtomicLong looks = new AtomicLong();
        try (DashboardTab tab = browser.open(admin.port())) {
            tab.page().route("**/api/v1/slots/heat?only=slots", route -> {
                long look = looks.getAndIncrement();
                boolean all = look % 3 != 1;
                long[] totals = new long[SlotHash.SLOTS];
                totals[7] = (all ? 1_000_000_000 : 0) + look * 500;
                route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(
                        "{\"atMillis\":" + look * 5_000 + ",\"scope\":\"fleet\",\"proxies\":[\"p1\""
                                + (all ? ",\"p2\"],\"missing\":[]" : "],\"missing\":[\"p2\"]") + ",\"slots\":"
                                + Arrays.toString(totals) + '}'));
            });
            tab.load().show("#slots");
            for (String whose : List.of("Of all 2 proxies of the fleet.",
                    "Of 1 of 2 proxies of the fleet: p2 did not tell.")) {
                tab.expect("#slot-heat .whose").hasText(whose);
                tab.expect("#busiest li").hasText("slot 7: 100 commands/s");
            }
        }
    }

    private static void answer(DashboardTab tab, String path, int status, String body) {
        tab.page().route("**/api/v1" + path, route -> route.fulfill(new Route.FulfillOptions().setStatus(status)
                .setContentType("application/json").setBody(body)));
    }
}
