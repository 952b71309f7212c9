package dev.sluice.stepfunctions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.machine.Objects;
import dev.sluice.machine.StateMachine;
import dev.sluice.machine.TaskInvoker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Speaks AWS JSON 1.0 to an unmodified client. One state machine, whose executions really run. Closing it
/// aborts what still does.
public final class StepFunctionsServer implements AutoCloseable {
    public static final String STATE_MACHINE = "arn:aws:states:us-east-1:111122223333:stateMachine:sluice-test-sync";
    private static final String TARGET = "AWSStepFunctions.";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Actions actions;
    private final String accessKey;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();

    /// @param left how many requests are still answered so; negative for all
    private record Fault(int status, String code, int left) {}

    private StepFunctionsServer(HttpServer http, Actions actions, String accessKey) {
        this.http = http;
        this.actions = actions;
        this.accessKey = accessKey;
    }

    /// @param accessKey of the only client that it knows
    public static StepFunctionsServer start(
            StateMachine machine, TaskInvoker tasks, Objects objects, String accessKey) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            Actions actions = new Actions(STATE_MACHINE, machine, tasks, objects);
            StepFunctionsServer server = new StepFunctionsServer(http, actions, accessKey);
            http.setExecutor(server.threads);
            http.createContext("/", server::handle);
            http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /// Names of the actions that were asked for, in order.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// Answers so many requests for an action with an error; negative: all of them.
    public StepFunctionsServer fail(String action, int status, String code, int times) {
        faults.put(action, new Fault(status, code, times));
        return this;
    }

    public void heal() {
        faults.clear();
    }

    /// How an execution is, in the service's words; empty if there is none.
    public Optional<String> status(String name) {
        return actions.status(name);
    }

    public int executions() {
        return actions.count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Answer answer;
            try {
                answer = new Answer(200, answered(exchange, MAPPER.readTree(body)));
            } catch (Refusal refusal) {
                answer = new Answer(refusal.status(), refusal.toJson());
            }
            byte[] bytes = MAPPER.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
            exchange.getResponseHeaders().set("x-amzn-RequestId", "request-" + requests.size());
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    private record Answer(int status, JsonNode body) {}

    private JsonNode answered(HttpExchange exchange, JsonNode input) {
        String target = header(exchange, "X-Amz-Target");
        String type = header(exchange, "Content-Type");
        if (!exchange.getRequestMethod().equals("POST")
                || !target.startsWith(TARGET)
                || !type.equals("application/x-amz-json-1.0")) {
            throw new Refusal(400, "UnknownOperationException", target + " " + type);
        }
        String action = target.substring(TARGET.length());
        requests.add(action);
        String authorization = header(exchange, "Authorization");
        if (!authorization.startsWith("AWS4-HMAC-SHA256 Credential=" + accessKey + "/")
                || !authorization.contains("/us-east-1/states/aws4_request")) {
            throw new Refusal(400, "UnrecognizedClientException", "The security token included is invalid.");
        }
        fault(action).ifPresent(fault -> {
            throw new Refusal(fault.status(), fault.code(), "user/somebody: as the test asked");
        });
        return actions.answer(action, input);
    }

    private Optional<Fault> fault(String action) {
        Optional<Fault> fault = Optional.ofNullable(faults.get(action)).filter(f -> f.left() != 0);
        fault.ifPresent(f -> faults.put(action, new Fault(f.status(), f.code(), f.left() - 1)));
        return fault;
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    @Override
    public void close() {
        actions.close();
        http.stop(0);
        threads.shutdownNow();
    }
}
