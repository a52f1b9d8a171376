package io.slotgate.admin.http;

import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty refuses before a route sees it, such as malformed requests, in the form of all other errors. */
public final class JettyErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        SecurityHeaders.add(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemDetails.MEDIA_TYPE);
        ProblemDetails problem = status >= 500
                ? new ProblemDetails(status, "the request could not be served", List.of())
                : new ProblemDetails(status, "the request is malformed or too large",
                        List.of(new FieldProblem("request", "malformed or too large", "one of HTTP/1.1")));
        Content.Sink.write(response, true, problem.json().toString(), callback);
        return true;
    }
}
