package io.slotgate.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.AdminFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ContractPagesTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"]+)\"");

    @RegisterExtension
    final AdminFixture admin = AdminFixture.withTokens();

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void isMadeOfPartsThatAreHereAndNoOthers() throws IOException, InterruptedException {
        HttpResponse<String> page = admin.client().get("/docs");
        List<String> parts = REFERENCE.matcher(page.body()).results().map(found -> found.group(1)).toList();

        assertThat(parts).contains("/docs/viewer.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css");
        for (String part : parts) {
            assertThat(admin.client().get(part).statusCode()).as(part).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"/openapi.yaml, application/yaml", "/api/v1/openapi.yaml, application/yaml", "/docs, text/html",
        "/docs/viewer.js, text/javascript", "/docs/swagger-ui-bundle.js, text/javascript",
        "/docs/swagger-ui.css, text/css",
        "/docs/favicon-32x32.png, image/png"})
    void isForEverybody(String path, String type) throws IOException, InterruptedException {
        HttpResponse<String> answer = admin.client().get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).startsWith(type);
        assertThat(answer.body()).isNotEmpty();
        assertThat(admin.client().call("HEAD", path).statusCode()).isEqualTo(200);
        assertThat(admin.client().call("POST", path).statusCode()).isEqualTo(405);
    }

    @Test
    void mayLoadNothingFromElsewhere() throws IOException, InterruptedException {
        assertThat(header(admin.client().get("/docs"), "Content-Security-Policy")).isEqualTo(ContractPages.POLICY)
                .contains("default-src 'none'", "script-src 'self';", "connect-src 'self'").doesNotContain("http", "*");
        // The parts are no pages.
        assertThat(header(admin.client().get("/docs/viewer.js"), "Content-Security-Policy"))
                .startsWith("default-src 'none'; frame");
        Matcher imports = Pattern.compile("@import|url\\((?!\"?'?data:)")
                .matcher(admin.client().get("/docs/swagger-ui.css").body());
        assertThat(imports.find()).isFalse();
        // Left to itself, the viewer asks its maker whether the contract is valid.
        assertThat(admin.client().get("/docs/viewer.js").body()).contains("validatorUrl: null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs/index.html", "/docs/swagger-ui.js", "/docs/..", "/docs/a/viewer.js"})
    void hasNothingElse(String path) throws IOException, InterruptedException {
        assertThat(admin.client().get(path).statusCode()).isIn(400, 404);
    }

    @Test
    void tellsTheSameContractAtBothPlaces() throws IOException, InterruptedException {
        assertThat(admin.client().get("/openapi.yaml").body()).startsWith("openapi: 3.1.0\n")
                .isEqualTo(admin.client().get("/api/v1/openapi.yaml").body());
    }
}
