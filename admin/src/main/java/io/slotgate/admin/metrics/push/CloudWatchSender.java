package io.slotgate.admin.metrics.push;

import io.slotgate.admin.metrics.push.CloudWatchRegistry.Datum;
import io.slotgate.proxy.config.CloudWatchConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * The one request of CloudWatch that is needed, signed with what the AWS SDK brings for Route 53. One thread at a time.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html">PutMetricData</a>
 */
final class CloudWatchSender {
    private static final String SERVICE = "monitoring";
    private static final String VERSION = "2010-08-01";
    private static final int LONGEST_REASON = 300;

    private final CloudWatchConfig config;
    private final DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
    private final SdkHttpClient http = UrlConnectionHttpClient.create();
    private @Nullable String region;

    CloudWatchSender(CloudWatchConfig config) {
        this.config = config;
        this.region = config.region();
    }

    /** @throws IOException if they were not taken; says why */
    void send(List<Datum> data) throws IOException {
        String in = region();
        URI endpoint = config.endpoint() != null
                ? config.endpoint()
                : URI.create("https://" + SERVICE + "." + in + ".amazonaws.com");
        ContentStreamProvider content = ContentStreamProvider.fromUtf8String(body(config.namespace(), data));
        SdkHttpRequest request = SdkHttpRequest.builder().uri(endpoint).method(SdkHttpMethod.POST)
                .encodedPath("/")
                .putHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8").build();
        SignedRequest signed = AwsV4HttpSigner.create().sign(wanted -> wanted.identity(credentials.resolveCredentials())
                .request(request).payload(content)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                .putProperty(AwsV4HttpSigner.REGION_NAME, in));
        HttpExecuteResponse response = http.prepareRequest(HttpExecuteRequest.builder().request(signed.request())
                .contentStreamProvider(signed.payload().orElse(content)).build()).call();
        int status = response.httpResponse().statusCode();
        String answer = "";
        if (response.responseBody().isPresent()) {
            try (InputStream said = response.responseBody().get()) {
                answer = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        if (status != 200) {
            throw new IOException("HTTP status " + status + " of " + endpoint + ": "
                    + answer.substring(0, Math.min(LONGEST_REASON, answer.length())));
        }
    }

    private String region() {
        if (region == null) {
            region = DefaultAwsRegionProviderChain.builder().build().getRegion().id();
        }
        return region;
    }

    static String body(String namespace, List<Datum> data) {
        StringBuilder body = new StringBuilder("Action=PutMetricData&Version=" + VERSION);
        add(body, "Namespace", namespace);
        for (int i = 0; i < data.size(); i++) {
            Datum datum = data.get(i);
            String member = "MetricData.member." + (i + 1) + ".";
            add(body, member + "MetricName", datum.name());
            int number = 1;
            for (Map.Entry<String, String> dimension : datum.dimensions().entrySet()) {
                add(body, member + "Dimensions.member." + number + ".Name", dimension.getKey());
                add(body, member + "Dimensions.member." + number++ + ".Value", dimension.getValue());
            }
            for (int value = 0; value < datum.values().size(); value++) {
                add(body, member + "Values.member." + (value + 1), String.valueOf(datum.values().get(value)));
            }
        }
        return body.toString();
    }

    private static void add(StringBuilder body, String name, String value) {
        body.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}
