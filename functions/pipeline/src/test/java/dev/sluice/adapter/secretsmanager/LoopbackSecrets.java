package dev.sluice.adapter.secretsmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Secrets Manager on the loopback interface: knows GetSecretValue and nothing else.
public final class LoopbackSecrets implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile String refusal = "";

    private LoopbackSecrets(HttpServer server) {
        this.server = server;
    }

    public static LoopbackSecrets start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            LoopbackSecrets secrets = new LoopbackSecrets(server);
            server.createContext("/", secrets::answer);
            server.start();
            return secrets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public LoopbackSecrets put(String name, String value) {
        values.put(name, value);
        return this;
    }

    /// Answers every request with this error from now on.
    public void refuse(String code) {
        refusal = code;
    }

    /// Names that were asked for, in order.
    public List<String> asked() {
        return asked;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            String name = request.path("SecretId").asText();
            asked.add(name);
            ObjectNode answer = JSON.createObjectNode();
            String error = error(target, name);
            if (error.isEmpty()) {
                answer.put("Name", name).put("SecretString", values.get(name));
            } else {
                answer.put("__type", error).put("message", "arn:aws:iam::1:user/somebody may not");
            }
            byte[] body = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
            int status = error.isEmpty() ? 200 : error.startsWith("Internal") ? 500 : 400;
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String error(String target, String name) {
        if (!refusal.isEmpty()) {
            return refusal;
        }
        if (!"secretsmanager.GetSecretValue".equals(target)) {
            return "InvalidRequestException";
        }
        return values.containsKey(name) ? "" : "ResourceNotFoundException";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
