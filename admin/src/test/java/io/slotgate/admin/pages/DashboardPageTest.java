package io.slotgate.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.AdminFixture;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DashboardPageTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"(dashboard/[^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("from '([^']+)'");

    private final HttpClient http = HttpClient.newHttpClient();

    @RegisterExtension
    final AdminFixture admin = AdminFixture.open();

    @AfterEach
    void stop() {
        http.close();
    }

    private HttpResponse<String> call(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + admin.server().port() + path))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return call("GET", path);
    }

    @Test
    void isThereBeforeTheProxyIs() throws IOException, InterruptedException {
        HttpResponse<String> page = get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
        assertThat(page.body()).startsWith("<!DOCTYPE html>").contains("<title>Slotgate</title>");
    }

    @Test
    void hasAllThatItNames() throws IOException, InterruptedException {
        Matcher reference = REFERENCE.matcher(get("/").body());
        int found = 0;
        while (reference.find()) {
            assertThat(get("/" + reference.group(1)).statusCode()).as(reference.group(1)).isEqualTo(200);
            found++;
        }
        assertThat(found).isGreaterThan(5);
        for (Path module : own()) {
            Matcher imported = IMPORT.matcher(Files.readString(module));
            while (imported.find()) {
                assertThat(module.resolveSibling(imported.group(1)).normalize()).as("import of " + module).exists();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"app.js | text/javascript;charset=utf-8",
        "panels/cluster.js | text/javascript;charset=utf-8",
        "base.css | text/css;charset=utf-8", "icon.svg | image/svg+xml",
        "vendor/uplot-license.txt | text/plain;charset=utf-8"})
    void saysWhatEachFileIs(String file, String type) throws IOException, InterruptedException {
        assertThat(get("/dashboard/" + file).headers().firstValue("Content-Type")).contains(type);
    }

    @Test
    void letsPagesLoadNothingFromElsewhereAndRunNothingWithin() throws IOException, InterruptedException {
        assertThat(get("/").headers().map())
                .containsEntry("Content-Security-Policy",
                        List.of("default-src 'none'; script-src 'self'; style-src 'self'; "
                                + "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"))
                .containsEntry("X-Content-Type-Options", List.of("nosniff"))
                .containsEntry("X-Frame-Options", List.of("DENY"))
                .containsEntry("Cache-Control", List.of("no-cache"));
    }

    @Test
    void theApiKeepsItsOwnPolicy() throws IOException, InterruptedException {
        assertThat(get("/healthz").headers().map())
                .containsEntry("Content-Security-Policy", List.of("default-src 'none'; frame-ancestors 'none'"))
                .containsEntry("Cache-Control", List.of("no-store"));
    }

    @Test
    void sendsAFileOnceToABrowserThatKeepsIt() throws IOException, InterruptedException {
        String tag = get("/dashboard/app.js").headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = call("GET", "/dashboard/app.js", "If-None-Match", tag);
        HttpResponse<String> weak = call("GET", "/dashboard/app.js", "If-None-Match", "\"other\", W/" + tag);
        HttpResponse<String> other = call("GET", "/dashboard/app.js", "If-None-Match", "\"other\"");

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(weak.statusCode()).isEqualTo(304);
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void answersHeadAsGet() throws IOException, InterruptedException {
        assertThat(call("HEAD", "/").statusCode()).isEqualTo(200);
        assertThat(call("HEAD", "/dashboard/none.js").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.js", "panels/none.js", "panels", "panels/", "App.js", "app", "app.class", "a/b/c.js",
        "x%20y.js",
        "..%5capp.js", ".js", "panels/..js"})
    void hasNothingElse(String file) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/dashboard/" + file);

        assertThat(answer.statusCode()).isIn(400, 404);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void takesNoOtherMethod() throws IOException, InterruptedException {
        assertThat(call("POST", "/").statusCode()).isEqualTo(405);
    }

    /** Names of keys and clients are whatever somebody made them: no module makes markup of a text. */
    @Test
    void makesNoMarkupOfTexts() throws IOException {
        assertThat(own()).hasSizeGreaterThan(15).allSatisfy(module -> assertThat(Files.readString(module))
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                        "new Function",
                        "DOMParser", "createContextualFragment", "srcdoc", "javascript:"));
    }

    /** Our modules: what is in the vendor's folder is not ours. */
    private static List<Path> own() throws IOException {
        try (Stream<Path> files = Files.walk(folder())) {
            return files.filter(file -> file.toString().endsWith(".js") && !file.toString().contains("vendor"))
                    .toList();
        }
    }

    private static Path folder() {
        try {
            return Path.of(
                    Objects.requireNonNull(DashboardPage.class.getResource("/io/slotgate/admin/dashboard/")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
