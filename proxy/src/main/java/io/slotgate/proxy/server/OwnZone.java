package io.slotgate.proxy.server;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which availability zone we are in: as configured, else from the environment variable {@code SLOTGATE_ZONE}; where
 * the configuration says {@code instance-metadata}, from the cloud's metadata service.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html">IMDSv2</a>
 */
final class OwnZone {
    static final String METADATA = "instance-metadata";
    static final String VARIABLE = "SLOTGATE_ZONE";
    /** Where the SDKs, too, let the service be elsewhere. */
    static final String ENDPOINT_VARIABLE = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

    private static final Logger log = LoggerFactory.getLogger(OwnZone.class);
    private static final String ENDPOINT = "http://169.254.169.254";
    private static final int MILLIS = 1000;
    private static final int LONGEST = 255;

    private OwnZone() {}

    /** The zone, null if nobody knows. Waits at most some seconds for a metadata service, if that is to be asked. */
    static @Nullable String find(@Nullable String configured, Function<String, @Nullable String> environment) {
        if (METADATA.equals(configured)) {
            String endpoint = environment.apply(ENDPOINT_VARIABLE);
            return ask(endpoint == null || endpoint.isBlank() ? ENDPOINT : endpoint);
        }
        if (configured != null) {
            return configured;
        }
        String told = environment.apply(VARIABLE);
        if (told == null || told.isBlank()) {
            return null;
        }
        int bytes = told.trim().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST) {
            log.atWarn().addKeyValue("bytes", bytes).log(VARIABLE + " is not a zone (expected: at most " + LONGEST
                    + " bytes): all replicas count as equally near");
            return null;
        }
        return told.trim();
    }

    private static @Nullable String ask(String endpoint) {
        try {
            String token = call("PUT", endpoint + "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds", "60");
            String zone = call("GET", endpoint + "/latest/meta-data/placement/availability-zone",
                    "X-aws-ec2-metadata-token", token);
            log.atInfo().addKeyValue("zone", zone).log("The instance's metadata tells our zone");
            return zone;
        } catch (IOException | IllegalArgumentException e) {
            log.atWarn().addKeyValue("endpoint", endpoint).setCause(e)
                    .log("The instance's metadata does not tell our zone: all replicas count as equally near");
            return null;
        }
    }

    private static String call(String method, String url, String header, String value) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(MILLIS);
        connection.setReadTimeout(MILLIS);
        connection.setRequestProperty(header, value);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException(method + " " + url + ": " + connection.getResponseCode() + " (expected: 200)");
            }
            byte[] body = connection.getInputStream().readNBytes(LONGEST + 1);
            String text = new String(body, StandardCharsets.US_ASCII).trim();
            if (text.isEmpty() || body.length > LONGEST) {
                throw new IOException(
                        method + " " + url + ": " + body.length + " bytes (expected: 1 to " + LONGEST + ")");
            }
            return text;
        } finally {
            connection.disconnect();
        }
    }
}
