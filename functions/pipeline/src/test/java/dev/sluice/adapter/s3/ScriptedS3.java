package dev.sluice.adapter.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.s3.S3Client;

/// An HTTP server that answers the next requests as the test says, the last answer again and again, and
/// remembers what was asked. For what a real endpoint cannot be made to do.
final class ScriptedS3 implements AutoCloseable {
    record Answer(int status, String body, Map<String, String> headers, boolean dropped) {}

    private final HttpServer server;
    private final S3Client client;
    private final Deque<Answer> script = new ArrayDeque<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    private final Map<String, String> headers = new ConcurrentHashMap<>();

    ScriptedS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        client = S3Clients.loopback(endpoint, "AKIDVISIBLE", "secretvisible");
    }

    static Answer ok(String body) {
        return new Answer(200, body, Map.of("ETag", "\"tag\""), false);
    }

    static Answer error(int status, String code) {
        String body = "<Error><Code>" + code + "</Code><Message>not for everybody</Message></Error>";
        return new Answer(status, code.isEmpty() ? "" : body, Map.of(), false);
    }

    /// Takes the request and closes the connection without an answer.
    static Answer dropped() {
        return new Answer(0, "", Map.of(), true);
    }

    ScriptedS3 then(Answer... answers) {
        script.addAll(List.of(answers));
        return this;
    }

    S3ObjectStore store() {
        return S3ObjectStore.of(client, "acme", "sluice");
    }

    S3Client client() {
        return client;
    }

    /// Method, path and query of every request so far.
    List<String> requests() {
        return List.copyOf(requests);
    }

    /// A header of the newest request; empty if it had none of that name.
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        headers.clear();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        var unused = exchange.getRequestBody().readAllBytes();
        Answer answer = script.size() > 1 ? script.removeFirst() : script.getFirst();
        if (answer.dropped()) {
            exchange.close();
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
        exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
    }
}
