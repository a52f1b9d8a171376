package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * The dashboard in a tab of a browser. Closing it checks that the browser had nothing to complain of, and that nothing was asked of another
 * host.
 */
final class DashboardTab implements AutoCloseable {
    /** What the browser says of every answer that is an error, whether the page expects it or not. */
    private static final String REFUSED = "Failed to load resource";

    private final BrowserContext context;
    private final Page page;
    private final String origin;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> strangers = new CopyOnWriteArrayList<>();

    DashboardTab(BrowserContext context, int port) {
        this.context = context;
        this.origin = "http://127.0.0.1:" + port;
        this.page = context.newPage();
        page.onConsoleMessage(this::heard);
        page.onPageError(error -> complaints.add("error: " + error));
        page.onRequest(this::asked);
    }

    private void heard(ConsoleMessage message) {
        if ((message.type().equals("error") || message.type().equals("warning"))
                && !message.text().startsWith(REFUSED)) {
            complaints.add(message.type() + ": " + message.text());
        }
    }

    private void asked(Request request) {
        if (!request.url().startsWith(origin + "/")) {
            strangers.add(request.url());
        }
    }

    /** Loads the page and waits until it is live. */
    DashboardTab load() {
        navigate();
        expect("#liveness").hasText("live");
        return this;
    }

    /** Loads the page. */
    DashboardTab navigate() {
        page.navigate(origin + "/");
        return this;
    }

    /** Goes to a part of the page: what nobody sees is not kept fresh. */
    DashboardTab show(String selector) {
        find(selector).evaluate("element => element.scrollIntoView({behavior: 'instant'})");
        return this;
    }

    Page page() {
        return page;
    }

    Locator find(String selector) {
        return page.locator(selector);
    }

    LocatorAssertions expect(String selector) {
        return expect(find(selector));
    }

    LocatorAssertions expect(Locator element) {
        return PlaywrightAssertions.assertThat(element);
    }

    /** The button of this name, as a screen reader would tell it. */
    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The dialog that is open, which the page waits for. */
    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    /** Presses the button of the dialog that is open. */
    void press(String button) {
        dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button).setExact(true)).click();
    }

    /** Presses Tab until something of this name has the focus, as long as there is hope. */
    void tabTo(String name) {
        for (int i = 0; i < 200; i++) {
            page.keyboard().press("Tab");
            if (name.equals(focused())) {
                return;
            }
        }
        throw new AssertionError("nothing named '" + name + "' can be reached by Tab");
    }

    /** The name of what has the focus. */
    String focused() {
        return String.valueOf(page.evaluate("() => { const e = document.activeElement;"
                + " return e.getAttribute('aria-label') ?? (e.labels?.[0]?.textContent) ?? e.textContent; }"));
    }

    /** Whether the page is wider than the screen. */
    boolean scrollsSideways() {
        return Boolean.TRUE.equals(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"
                + " || document.body.scrollWidth > window.innerWidth"));
    }

    /** What axe finds to be serious or worse; the context must let scripts of tests run. */
    List<?> violations() {
        try (InputStream script = DashboardTab.class.getResourceAsStream("/axe.min.js")) {
            page.evaluate(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8) + "\n;0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (List<?>) page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
                + ".filter(each => ['serious', 'critical'].includes(each.impact))"
                + ".map(each => each.id + ': ' + each.nodes.map(node => node.html + ' ' + node.failureSummary).join('; '))");
    }

    Pattern containing(String text) {
        return Pattern.compile(Pattern.quote(text));
    }

    @Override
    public void close() {
        context.close();
        assertThat(complaints).as("what the browser complained of").isEmpty();
        assertThat(strangers).as("requests to other hosts").isEmpty();
    }
}
