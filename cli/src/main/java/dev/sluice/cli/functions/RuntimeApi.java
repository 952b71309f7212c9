package dev.sluice.cli.functions;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// What Lambda offers to one process that runs a function, on the loopback interface: the next invocation,
/// a place for its response or error, and a place to say that the process cannot begin. Thread-safe.
final class RuntimeApi implements AutoCloseable {
    /// Largest response that Lambda passes on, bytes.
    static final int LARGEST_RESPONSE = 6_291_556;

    private static final String PREFIX = "/2018-06-01/runtime/";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "runtime-api");
        thread.setDaemon(true);
        return thread;
    });
    private final BlockingQueue<Work> waiting = new LinkedBlockingQueue<>();
    private final CompletableFuture<Answer> cannotBegin = new CompletableFuture<>();

    /// What an invocation ends in, as the process says it.
    sealed interface Answer {
        record Response(String payload) implements Answer {}

        /// @param json `errorType`, `errorMessage` and a stack trace
        record Error(String json) implements Answer {}

        record TooLarge() implements Answer {}
    }

    /// One invocation.
    ///
    /// @param payload JSON
    /// @param taken   done when the process has asked for it: when its time is over
    record Work(String id, String payload, CompletableFuture<Instant> taken, CompletableFuture<Answer> answer) {
        static Work of(String payload) {
            return new Work(
                    UUID.randomUUID().toString(), payload, new CompletableFuture<>(), new CompletableFuture<>());
        }
    }

    private final FunctionSettings settings;
    private volatile @Nullable Work atWork;

    private RuntimeApi(HttpServer server, FunctionSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    static RuntimeApi start(FunctionSettings settings) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            RuntimeApi api = new RuntimeApi(server, settings);
            server.createContext(PREFIX, api::serve);
            server.setExecutor(api.threads);
            server.start();
            return api;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `host:port`, as `AWS_LAMBDA_RUNTIME_API` names it.
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    void offer(Work work) {
        waiting.add(work);
    }

    /// Done when the process said that it cannot begin.
    CompletableFuture<Answer> cannotBegin() {
        return cannotBegin;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(PREFIX.length());
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (path.equals("invocation/next")) {
                next(exchange);
            } else if (path.equals("init/error")) {
                cannotBegin.complete(new Answer.Error(text(body)));
                accept(exchange);
            } else if (path.endsWith("/response")) {
                boolean large = body.length > LARGEST_RESPONSE;
                end(path, large ? new Answer.TooLarge() : new Answer.Response(text(body)));
                exchange.sendResponseHeaders(large ? 413 : 202, -1);
            } else if (path.endsWith("/error")) {
                end(path, new Answer.Error(text(body)));
                accept(exchange);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    private static void accept(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(202, -1);
    }

    private void next(HttpExchange exchange) throws IOException {
        Work work;
        try {
            work = waiting.take();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return;
        }
        Instant deadline = Instant.now().plus(settings.timeout());
        atWork = work;
        work.taken().complete(deadline);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("Lambda-Runtime-Aws-Request-Id", work.id());
        headers.set("Lambda-Runtime-Deadline-Ms", String.valueOf(deadline.toEpochMilli()));
        headers.set("Lambda-Runtime-Invoked-Function-Arn", settings.arn());
        headers.set(
                "Lambda-Runtime-Trace-Id",
                "Root=1-00000000-" + work.id().replace("-", "").substring(0, 24));
        byte[] payload = work.payload().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, payload.length);
        exchange.getResponseBody().write(payload);
    }

    private void end(String path, Answer answer) {
        Work work = atWork;
        if (work != null && path.contains(work.id())) {
            work.answer().complete(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
