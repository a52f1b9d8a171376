package io.slotgate.it;

import com.microsoft.playwright.Locator;
import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.AdminRole;
import io.slotgate.proxy.config.AdminToken;
import io.slotgate.proxy.config.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The viewer of the API's contract in a real browser: what it shows can be tried, with a token, and it asks no other host. */
@Timeout(180)
class ApiDocsIT {
    private static final String TOKEN = "a token for this test";

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture();
    @RegisterExtension
    static final InstalledBrowser browser = new InstalledBrowser();

    private static AdminServer admin;

    @BeforeAll
    static void serve() throws IOException, NoSuchAlgorithmException {
        String digest = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8)));
        admin = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0), null,
                List.of(new AdminToken("tester", AdminRole.VIEWER, digest))));
        admin.attach(ProxyView.of(proxy.server()));
    }

    @AfterAll
    static void stop() {
        admin.close();
    }

    private static DashboardTab load() {
        DashboardTab tab = browser.open(admin.port());
        tab.page().navigate("http://127.0.0.1:" + admin.port() + "/docs");
        return tab;
    }

    @Test
    void showsTheWholeContract() {
        try (DashboardTab tab = load()) {
            tab.expect(".info .title").containsText("Slotgate admin API");
            tab.expect("#operations-cluster-topology").isVisible();
            tab.expect("#operations-settings-changeSettings").containsText("Change settings, all or none");
            tab.expect(".errors-wrapper").hasCount(0);
        }
    }

    @Test
    void triesWhatItShowsWithAToken() {
        try (DashboardTab tab = load()) {
            Locator operation = tab.find("#operations-proxy-status");
            operation.locator(".opblock-summary-control").click();
            operation.locator(".try-out__btn").click();
            operation.locator(".execute").click();
            Locator answer = operation.locator(".live-responses-table tbody");
            tab.expect(answer.locator(".response-col_status")).containsText("401");

            tab.find(".btn.authorize").click();
            tab.find(".auth-container input").fill(TOKEN);
            tab.find(".auth-btn-wrapper .authorize").click();
            tab.find(".auth-btn-wrapper .btn-done").click();
            operation.locator(".execute").click();

            tab.expect(answer.locator(".response-col_status")).containsText("200");
            tab.expect(answer.locator(".response-col_description")).containsText("\"coveredSlots\": 16384");
        }
    }
}
