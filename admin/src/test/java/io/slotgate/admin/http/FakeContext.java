package io.slotgate.admin.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request and its answer, without a server; of what Javalin's can do only what our own code asks for. */
public final class FakeContext {
    public String method = "POST";
    public String path = "/api/v1/drain";
    public String address = "192.0.2.1";
    public String body = "";
    public int status = HttpStatus.OK.getCode();
    public @Nullable String result;
    public @Nullable String type;
    /** Of the request. */
    public final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    /** Of the answer. */
    public final Map<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, Object> attributes = new HashMap<>();
    private final HttpServletRequest request = of(HttpServletRequest.class, (self, call, arguments) -> {
        if (call.getName().equals("getMethod")) {
            return method;
        }
        throw new UnsupportedOperationException(call.toString());
    });
    private final HttpServletResponse response = of(HttpServletResponse.class,
            (self, call, arguments) -> switch (call.getName()) {
                case "getContentType" -> type;
                case "getHeader" -> answered.get((String) arguments[0]);
                default -> throw new UnsupportedOperationException(call.toString());
            });
    public final Context context = of(Context.class, this::call);

    public FakeContext header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    private static <T> T of(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(FakeContext.class.getClassLoader(), new Class<?>[]{type}, handler));
    }

    private @Nullable Object call(Object self, java.lang.reflect.Method call, Object @Nullable [] given) {
        Object[] arguments = given == null ? new Object[0] : given;
        String name = call.getName() + arguments.length;
        switch (name) {
            case "header2" -> answered.put((String) arguments[0], (String) arguments[1]);
            case "attribute2" -> attributes.put((String) arguments[0], arguments[1]);
            case "status1" -> status = (Integer) arguments[0];
            case "contentType1" -> type = (String) arguments[0];
            case "result1" -> result = (String) arguments[0];
            default -> {
                return switch (name) {
                    case "header1" -> headers.get((String) arguments[0]);
                    case "attribute1" -> attributes.get((String) arguments[0]);
                    case "ip0" -> address;
                    case "path0" -> path;
                    case "bodyAsBytes0" -> body.getBytes(StandardCharsets.UTF_8);
                    case "statusCode0" -> status;
                    case "result0" -> result;
                    case "req0" -> request;
                    case "res0" -> response;
                    default -> throw new UnsupportedOperationException(call.toString());
                };
            }
        }
        return self;
    }
}
