package io.slotgate.admin.pages;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.slotgate.admin.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.function.BiConsumer;

/**
 * The contract, {@code /openapi.yaml}, and a page to read and try it, {@code /docs}: Swagger UI from the class path. For everybody: there is
 * nothing in it that is not in the sources, and a browser has no token before the page asks for one. Any thread.
 */
public final class ContractPages {
    /** Scripts, styles and requests of our own only; images as data, too, which is how the viewer's styles carry theirs. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String VIEWER = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

    /** @param bundled whether it is the viewer's own and not ours */
    private record Part(String type, boolean bundled) {}

    private static final Map<String, Part> PARTS = Map.of(
            "viewer.js", new Part("text/javascript", false),
            "swagger-ui-bundle.js", new Part("text/javascript", true),
            "swagger-ui.css", new Part("text/css", true),
            "favicon-32x32.png", new Part("image/png", true));

    private ContractPages() {}

    /** @param routes takes each path with what answers GET and HEAD there */
    public static void register(BiConsumer<String, Handler> routes) {
        routes.accept("/openapi.yaml", ContractPages::contract);
        routes.accept("/api/v1/openapi.yaml", ContractPages::contract);
        routes.accept("/docs", ContractPages::page);
        routes.accept("/docs/{file}", ContractPages::part);
    }

    private static void contract(Context context) throws IOException {
        context.contentType("application/yaml; charset=utf-8").result(resource("io/slotgate/admin/openapi.yaml"));
    }

    private static void page(Context context) throws IOException {
        context.header("Content-Security-Policy", POLICY);
        context.contentType("text/html; charset=utf-8").result(resource("io/slotgate/admin/pages/viewer.html"));
    }

    private static void part(Context context) throws IOException {
        String name = context.pathParam("file");
        Part part = PARTS.get(name);
        if (part == null) {
            throw Refusal.missing("file", name);
        }
        context.contentType(part.type().startsWith("text/") ? part.type() + "; charset=utf-8" : part.type())
                .result(resource(part.bundled() ? bundle() + name : "io/slotgate/admin/pages/" + name));
    }

    /** The folder of the viewer's files, which is named after its version. */
    private static String bundle() throws IOException {
        Properties viewer = new Properties();
        try (InputStream file = resource(VIEWER)) {
            viewer.load(file);
        }
        return "META-INF/resources/webjars/swagger-ui/" + viewer.getProperty("version") + "/";
    }

    private static InputStream resource(String path) throws IOException {
        InputStream file = ContractPages.class.getClassLoader().getResourceAsStream(path);
        if (file == null) {
            throw new IOException(path + ": not on the class path");
        }
        return file;
    }
}
