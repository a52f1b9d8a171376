package io.slotgate.testing.route53;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Route 53's REST API for the record sets of one zone, as its reference describes it: paths, namespace, actions, set
 * identifiers, pages and errors. It refuses what the service refuses, and remembers what it was asked.
 *
 * @see <a href="https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html">
 *      ChangeResourceRecordSets</a>
 */
public final class FakeRoute53 implements AutoCloseable {
    public static final String ZONE = "Z0123456789ABC";
    private static final String NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";
    private static final String PATH = "/2013-04-01/hostedzone/" + ZONE + "/rrset";

    private final HttpServer server;
    private final Map<String, String> sets = new TreeMap<>();
    private final Queue<Failure> failures = new ArrayDeque<>();
    private final List<String> problems = new ArrayList<>();
    private int pageSize = 100;
    private int changeRequests;
    private int listRequests;

    private record Failure(int status, String code) {}

    public FakeRoute53() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public synchronized void pageSize(int sets) {
        pageSize = sets;
    }

    /** The next request is answered with this error. */
    public synchronized void fail(int status, String code) {
        failures.add(new Failure(status, code));
    }

    /** {@code name type identifier} to {@code address ttl}. */
    public synchronized Map<String, String> sets() {
        return new TreeMap<>(sets);
    }

    public synchronized void put(String place, String value) {
        sets.put(place, value);
    }

    public synchronized int changeRequests() {
        return changeRequests;
    }

    public synchronized int listRequests() {
        return listRequests;
    }

    /** What was wrong with requests. */
    public synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Failure failure = failures.poll();
            if (failure != null) {
                answer(exchange, failure.status, error(failure.code, "as the test wants it"));
                return;
            }
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization == null || !authorization.startsWith("AWS4-HMAC-SHA256 Credential=")
                    || !authorization.contains("/route53/aws4_request")) {
                problems.add("authorization: " + authorization);
            }
            String path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("POST") && path.equals(PATH + "/")) {
                changeRequests++;
                change(exchange, body);
            } else if (exchange.getRequestMethod().equals("GET") && path.equals(PATH)) {
                listRequests++;
                list(exchange, query(exchange.getRequestURI().getRawQuery()));
            } else {
                problems.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                answer(exchange, 404, error("NoSuchHostedZone", "No hosted zone found"));
            }
        } catch (RuntimeException | SAXException | ParserConfigurationException e) {
            problems.add(e.toString());
            throw new IOException(e);
        }
    }

    private void change(HttpExchange exchange, byte[] body)
            throws IOException, SAXException, ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(new InputSource(
                new StringReader(new String(body, StandardCharsets.UTF_8))));
        Element root = document.getDocumentElement();
        if (!"ChangeResourceRecordSetsRequest".equals(root.getLocalName())
                || !NAMESPACE.equals(root.getNamespaceURI())) {
            problems.add("root: {" + root.getNamespaceURI() + "}" + root.getLocalName());
        }
        NodeList changes = root.getElementsByTagNameNS(NAMESPACE, "Change");
        Map<String, String> after = new TreeMap<>(sets);
        for (int i = 0; i < changes.getLength(); i++) {
            String refused = apply((Element) changes.item(i), after);
            if (!refused.isEmpty()) {
                answer(exchange, 400, error("InvalidChangeBatch", refused));
                return;
            }
        }
        if (changes.getLength() == 0 || changes.getLength() > 1000) {
            problems.add("changes: " + changes.getLength());
        }
        sets.clear();
        sets.putAll(after);
        answer(exchange, 200, "<ChangeResourceRecordSetsResponse xmlns=\"" + NAMESPACE + "\"><ChangeInfo>"
                + "<Id>/change/C2682N5HXP0BZ4</Id><Status>PENDING</Status>"
                + "<SubmittedAt>2026-11-22T01:36:41.958Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>");
    }

    /** Why the service refuses it; empty if it does not. */
    private String apply(Element change, Map<String, String> after) {
        String name = text(change, "Name");
        String type = text(change, "Type");
        String setId = text(change, "SetIdentifier");
        String ttl = text(change, "TTL");
        String value = text(change, "Value");
        if (!name.endsWith(".") || !List.of("A", "AAAA").contains(type) || setId.isEmpty() || setId.length() > 128
                || !ttl.matches("[0-9]+") || value.isEmpty() || !text(change, "MultiValueAnswer").equals("true")) {
            problems.add("record set: " + name + " " + type + " " + setId + " " + ttl + " " + value);
        }
        String place = name + " " + type + " " + setId;
        return switch (text(change, "Action")) {
            case "UPSERT" -> {
                after.put(place, value + " " + ttl);
                yield "";
            }
            case "DELETE" -> after.remove(place, value + " " + ttl)
                    ? ""
                    : "Tried to delete resource record set [name='" + name + "'] but it was not found";
            default -> {
                problems.add("action: " + text(change, "Action"));
                yield "no such action";
            }
        };
    }

    private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        String from = query.getOrDefault("name", "");
        String start = (from.endsWith(".") ? from : from + ".") + " " + query.getOrDefault("type", "") + " "
                + query.getOrDefault("identifier", "");
        StringBuilder found = new StringBuilder();
        String next = "";
        int count = 0;
        for (Map.Entry<String, String> set : sets.entrySet()) {
            // Names are compared from their last label on.
            if (reversed(set.getKey()).compareTo(reversed(start)) < 0) {
                continue;
            }
            if (count == pageSize) {
                String[] place = set.getKey().split(" ");
                next = "<NextRecordName>" + place[0] + "</NextRecordName><NextRecordType>" + place[1]
                        + "</NextRecordType><NextRecordIdentifier>" + place[2] + "</NextRecordIdentifier>";
                break;
            }
            count++;
            String[] place = set.getKey().split(" ");
            String[] value = set.getValue().split(" ");
            found.append("<ResourceRecordSet><Name>").append(place[0]).append("</Name><Type>").append(place[1])
                    .append("</Type><SetIdentifier>").append(place[2])
                    .append("</SetIdentifier><MultiValueAnswer>true</MultiValueAnswer><TTL>").append(value[1])
                    .append("</TTL><ResourceRecords><ResourceRecord><Value>").append(value[0])
                    .append("</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>");
        }
        answer(exchange, 200, "<ListResourceRecordSetsResponse xmlns=\"" + NAMESPACE + "\"><ResourceRecordSets>" + found
                + "</ResourceRecordSets><IsTruncated>" + !next.isEmpty() + "</IsTruncated>" + next
                + "<MaxItems>" + pageSize + "</MaxItems></ListResourceRecordSetsResponse>");
    }

    private static String reversed(String place) {
        String[] parts = place.split(" ", -1);
        List<String> labels = new ArrayList<>(List.of(parts[0].split("\\.")));
        Collections.reverse(labels);
        return String.join(".", labels) + " " + parts[1] + " " + parts[2];
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private static String text(Element within, String name) {
        NodeList found = within.getElementsByTagNameNS(NAMESPACE, name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    private static String error(String code, String message) {
        return "<ErrorResponse xmlns=\"" + NAMESPACE + "\"><Error><Type>Sender</Type><Code>" + code + "</Code><Message>"
                + message
                + "</Message></Error><RequestId>b25f48e8-84fd-11e6-80d9-574e0c4664cb</RequestId></ErrorResponse>";
    }

    private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
        byte[] bytes = ("<?xml version=\"1.0\"?>\n" + xml).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/xml");
        exchange.sendResponseHeaders(status, bytes.length);
        new ByteArrayInputStream(bytes).transferTo(exchange.getResponseBody());
    }
}
