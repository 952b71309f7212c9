package dev.sluice.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/// HTTP: bodies in and out, compressed or not, and the faults between them.
final class HttpDoor implements AutoCloseable {
    /// Answers one request.
    interface Handler {
        ObjectNode answer(Request request);
    }

    /// @param token what the Authorization header carries; empty without one
    record Request(String path, Map<String, String> query, String token, JsonNode body) {
        String parameter(String name) {
            return query.getOrDefault(name, "");
        }
    }

    private final HttpServer server;
    private final Handler handler;
    private final Handler expire;
    private final Faults faults;
    final AtomicLong requests = new AtomicLong();

    HttpDoor(ExecutorService threads, Handler handler, Handler expire, Faults faults) {
        this.handler = handler;
        this.expire = expire;
        this.faults = faults;
        // Without it each answer waits for an acknowledgement of its header, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            Request request = read(exchange);
            Faults.Request asked = new Faults.Request(
                    request.path(), request.body().path("sqlText").asText(""));
            if (faults.cancels(asked)) {
                SqlFailure failure = new SqlFailure("000604", "57014", "SQL execution canceled");
                send(exchange, 200, Answers.failed(failure, UUID.randomUUID().toString()));
                return;
            }
            Optional<Faults.Kind> fault = faults.take(asked);
            if (fault.isEmpty()) {
                send(exchange, 200, handler.answer(request));
                return;
            }
            disturbed(exchange, request, fault.get());
        } catch (RuntimeException e) {
            send(exchange, 500, Answers.failed("300001", "the test server failed: " + e));
        }
    }

    private void disturbed(HttpExchange exchange, Request request, Faults.Kind fault) throws IOException {
        switch (fault) {
            case UNAVAILABLE -> send(exchange, 503, Answers.ok());
            case TOO_MANY_REQUESTS -> send(exchange, 429, Answers.ok());
            case DROPPED_BEFORE -> {}
            case DROPPED_AFTER -> handler.answer(request);
            case SLOW -> {
                ObjectNode answer = handler.answer(request);
                pause();
                send(exchange, 200, answer);
            }
            case EXPIRED_TOKEN -> send(exchange, 200, expire.answer(request));
        }
    }

    private void pause() {
        try {
            Thread.sleep(faults.delay());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String encoding = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Encoding"))
                .orElse("");
        byte[] plain = encoding.equalsIgnoreCase("gzip") ? unzipped(body) : body;
        String authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        String token = authorization.replaceAll("^Snowflake Token=\"(.*)\"$", "$1");
        return new Request(
                exchange.getRequestURI().getPath(),
                query(exchange.getRequestURI().getRawQuery()),
                token,
                plain.length == 0 ? Answers.JSON.createObjectNode() : Answers.JSON.readTree(plain));
    }

    private static byte[] unzipped(byte[] body) throws IOException {
        try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(body))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            in.transferTo(out);
            return out.toByteArray();
        }
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    query.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        }
        return query;
    }

    private static void send(HttpExchange exchange, int status, ObjectNode answer) throws IOException {
        byte[] bytes = Answers.JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
