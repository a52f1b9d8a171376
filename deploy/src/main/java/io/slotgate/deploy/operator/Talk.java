package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import io.slotgate.deploy.client.ApiClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * One command's talk with the proxy and with whoever gave it.
 *
 * @param json whether bodies are printed as they are
 */
record Talk(ApiClient client, PrintWriter out, PrintWriter err, boolean json) {
    /** Prints the answer to a question. */
    JsonNode show(String path, Map<String, String> query, Function<JsonNode, List<String>> human)
            throws IOException, InterruptedException {
        Answer answer = client.get(path, query);
        print(answer, human);
        return answer.json();
    }

    void print(Answer answer, Function<JsonNode, List<String>> human) {
        if (json) {
            line(answer.text());
        } else {
            lines(human.apply(answer.json()));
        }
    }

    void line(String line) {
        out.println(line);
        out.flush();
    }

    void lines(List<String> lines) {
        lines.forEach(out::println);
        out.flush();
    }

    /** Something to know that is no answer. */
    void note(String line) {
        err.println(line);
        err.flush();
    }
}
