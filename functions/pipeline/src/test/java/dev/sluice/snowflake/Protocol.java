package dev.sluice.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The endpoints that the driver calls.
final class Protocol {
    private static final String EXPIRED = "390112";
    private static final String GONE = "390111";
    private static final String MASTER_EXPIRED = "390114";
    private static final String IN_PROGRESS = "333333";
    private static final String IN_PROGRESS_ASYNC = "333334";

    private final Account account;
    private final Login login;
    private final Engine engine;
    private final Map<String, Execution> byRequest = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    volatile Duration answersAfter = Duration.ofSeconds(45);
    volatile Duration tokensLive = Duration.ofHours(1);
    volatile Duration masterTokensLive = Duration.ofHours(4);

    Protocol(Account account, Login login, ExecutorService threads) {
        this.threads = threads;
        this.account = account;
        this.login = login;
        this.engine = new Engine(account);
    }

    ObjectNode answer(HttpDoor.Request request) {
        String path = request.path();
        if (path.startsWith("/queries/") && path.endsWith("/result")) {
            return withSession(request, s -> fetch(s, path.split("/")[2]));
        }
        if (path.startsWith("/monitoring/queries/")) {
            return withSession(request, s -> status(s, path.substring("/monitoring/queries/".length())));
        }
        return switch (path) {
            case "/session/v1/login-request" -> logIn(request);
            case "/session/token-request" -> renew(request);
            case "/session/heartbeat" -> withSession(request, s -> Answers.ok());
            case "/session" -> withSession(request, this::logOut);
            case "/queries/v1/query-request" -> withSession(request, s -> query(s, request));
            case "/queries/v1/abort-request" -> withSession(request, s -> abort(s, request));
            case "/telemetry/send" -> Answers.ok();
            default -> Answers.failed("300001", "the test server does not know " + path);
        };
    }

    /// Makes the session's token expire before its time.
    ObjectNode expire(HttpDoor.Request request) {
        Optional<Session> session = session(request.token());
        session.ifPresent(s -> s.tokenExpires = Instant.EPOCH);
        return session.isPresent() ? expired() : answer(request);
    }

    private static ObjectNode expired() {
        return Answers.failed(EXPIRED, "Your session has expired. Please login again.");
    }

    private Optional<Session> session(String token) {
        return account.sessions.values().stream()
                .filter(s -> s.token.equals(token))
                .findFirst();
    }

    private ObjectNode withSession(HttpDoor.Request request, java.util.function.Function<Session, ObjectNode> then) {
        Optional<Session> session = session(request.token());
        if (session.isEmpty()) {
            return Answers.failed(GONE, "Session no longer exists.  New login required to access the service.");
        }
        return session.get().tokenExpires.isBefore(Instant.now()) ? expired() : then.apply(session.get());
    }

    private ObjectNode logIn(HttpDoor.Request request) {
        try {
            return Answers.ok(opened(request));
        } catch (SqlFailure e) {
            return Answers.failed(e.code(), e.getMessage());
        }
    }

    private ObjectNode opened(HttpDoor.Request request) {
        JsonNode data = request.body().path("data");
        Login.User user = login.check(data);
        Session session = new Session(
                account.nextId(),
                user.name(),
                user.role(),
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString());
        live(session);
        for (Map.Entry<String, JsonNode> parameter :
                data.path("SESSION_PARAMETERS").properties()) {
            if (Parameters.defaults().containsKey(Variants.upper(parameter.getKey()))) {
                session.set(
                        Variants.upper(parameter.getKey()), parameter.getValue().asText());
            }
        }
        Run run = new Run(account, new Execution(account.nextQueryId(), session, "login"), Map.of());
        context(run, request);
        account.sessions.put(session.id, session);
        ObjectNode answer = Answers.session(session);
        answer.put("token", session.token);
        answer.put("masterToken", session.masterToken);
        answer.put("validityInSeconds", tokensLive.toSeconds());
        answer.put("masterValidityInSeconds", masterTokensLive.toSeconds());
        answer.put("displayUserName", user.name());
        answer.put("serverVersion", SnowflakeServer.VERSION);
        answer.put("sessionId", session.id);
        answer.put("firstLogin", false);
        answer.put("healthCheckInterval", 45);
        answer.set("parameters", Answers.parameters(session));
        answer.set("sessionInfo", Answers.session(session));
        return answer;
    }

    private void live(Session session) {
        session.tokenExpires = Instant.now().plus(tokensLive);
        session.masterExpires = Instant.now().plus(masterTokensLive);
    }

    /// A role that the user does not have fails the login; a database, schema or warehouse that is not there
    /// is only not set.
    private static void context(Run run, HttpDoor.Request request) {
        named(request, "roleName").ifPresent(role -> {
            try {
                SessionStatements.useRole(run, role);
            } catch (SqlFailure e) {
                throw new SqlFailure(
                        "390189",
                        "08001",
                        "Role '%s' specified in the connect string does not exist or not authorized.".formatted(role));
            }
        });
        named(request, "databaseName").ifPresent(d -> quietly(() -> SessionStatements.useDatabase(run, Name.of(d))));
        named(request, "schemaName")
                .ifPresent(s -> quietly(
                        () -> SessionStatements.useSchema(run, run.session().full(Name.of(s), 2))));
        named(request, "warehouse").ifPresent(w -> quietly(() -> SessionStatements.useWarehouse(run, w)));
    }

    private static Optional<String> named(HttpDoor.Request request, String parameter) {
        String value = request.parameter(parameter);
        return value.isEmpty() ? Optional.empty() : Optional.of(new Parser(value).identifier());
    }

    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (SqlFailure e) {
            // The real one says nothing either: the first statement will.
            return;
        }
    }

    private ObjectNode renew(HttpDoor.Request request) {
        Optional<Session> session = account.sessions.values().stream()
                .filter(s -> s.masterToken.equals(request.token()))
                .findFirst();
        if (session.isEmpty()) {
            return Answers.failed(GONE, "Session no longer exists.  New login required to access the service.");
        }
        if (session.get().masterExpires.isBefore(Instant.now())) {
            return Answers.failed(
                    MASTER_EXPIRED, "Authentication token has expired.  The user must authenticate again.");
        }
        Session renewed = session.get();
        renewed.token = UUID.randomUUID().toString();
        renewed.masterToken = UUID.randomUUID().toString();
        live(renewed);
        ObjectNode data = Answers.JSON.createObjectNode();
        data.put("sessionToken", renewed.token);
        data.put("validityInSecondsST", tokensLive.toSeconds());
        data.put("masterToken", renewed.masterToken);
        data.put("validityInSecondsMT", masterTokensLive.toSeconds());
        data.put("sessionId", renewed.id);
        return Answers.ok(data);
    }

    private ObjectNode logOut(Session session) {
        account.close(session);
        return Answers.ok();
    }

    private ObjectNode query(Session session, HttpDoor.Request request) {
        JsonNode body = request.body();
        String sql = body.path("sqlText").asText();
        if (body.hasNonNull("bindStage")) {
            return Answers.failed(SqlFailure.unsupported("binds in a stage"), "");
        }
        if (body.path("describeOnly").asBoolean(false)) {
            return described(session, sql, body);
        }
        if (request.parameter("requestId").isEmpty()) {
            return Answers.failed("300001", "a request without requestId");
        }
        Execution[] fresh = new Execution[1];
        Execution execution = byRequest.computeIfAbsent(request.parameter("requestId"), ignored -> {
            fresh[0] = new Execution(account.nextQueryId(), session, sql);
            return fresh[0];
        });
        if (fresh[0] != null) {
            account.remember(execution);
            Engine.Binds binds = BindValues.of(body.path("bindings"));
            int wanted = body.path("parameters")
                    .path("MULTI_STATEMENT_COUNT")
                    .asInt(Integer.parseInt(session.parameter("MULTI_STATEMENT_COUNT")));
            threads.execute(() -> engine.run(execution, binds, wanted));
        }
        return body.path("asyncExec").asBoolean(false)
                ? Answers.inProgress(execution.id, IN_PROGRESS_ASYNC)
                : awaited(execution);
    }

    private ObjectNode described(Session session, String sql, JsonNode body) {
        Execution execution = new Execution(account.nextQueryId(), session, sql);
        try {
            StatementParser.Parsed parsed = StatementParser.parse(sql).getFirst();
            Outcome outcome = engine.describe(execution, BindValues.of(body.path("bindings")));
            return Answers.result(
                    execution, outcome, parsed.binds(), parsed.statement().takesArrays());
        } catch (SqlFailure e) {
            return Answers.failed(e, execution.id);
        }
    }

    /// The answer if it comes in time, otherwise where to ask for it again.
    private ObjectNode awaited(Execution execution) {
        try {
            Outcome outcome = execution.outcome.get(answersAfter.toMillis(), TimeUnit.MILLISECONDS);
            return Answers.result(execution, outcome, 0, false);
        } catch (TimeoutException e) {
            return Answers.inProgress(execution.id, IN_PROGRESS);
        } catch (ExecutionException | CompletionException e) {
            return Answers.failed(execution.failure().orElseThrow(), execution.id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the server stops", e);
        }
    }

    private ObjectNode fetch(Session session, String id) {
        Optional<Execution> execution = account.execution(id).filter(e -> e.session.user.equals(session.user));
        return execution
                .map(this::awaited)
                .orElseGet(() -> Answers.failed("000709", "Statement %s not found".formatted(id)));
    }

    private ObjectNode status(Session session, String id) {
        ObjectNode data = Answers.JSON.createObjectNode();
        ArrayNode queries = data.putArray("queries");
        account.execution(id).filter(e -> e.session.user.equals(session.user)).ifPresent(execution -> {
            ObjectNode query = queries.addObject();
            query.put("id", id);
            query.put("status", execution.state().name());
            query.put("state", execution.state().name());
            query.put("sqlText", execution.sql);
            query.put("sessionId", execution.session.id);
            query.put("startTime", execution.started.toEpochMilli());
            query.put("errorCode", execution.failure().map(SqlFailure::code).orElse(""));
            query.put(
                    "errorMessage",
                    execution.failure().map(Throwable::getMessage).orElse(""));
        });
        return Answers.ok(data);
    }

    private ObjectNode abort(Session session, HttpDoor.Request request) {
        Execution execution = byRequest.get(request.body().path("requestId").asText());
        if (execution == null || execution.session != session) {
            return Answers.failed("000605", "Identified SQL statement is not currently executing.");
        }
        execution.cancel();
        return Answers.ok();
    }
}
