package dev.sluice.snowflake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The JSON of the protocol's answers.
final class Answers {
    static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    static ObjectNode ok(ObjectNode data) {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("data", data);
        answer.putNull("message");
        answer.putNull("code");
        answer.put("success", true);
        return answer;
    }

    static ObjectNode ok() {
        return ok(JSON.createObjectNode());
    }

    static ObjectNode failed(String code, @Nullable String message) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putNull("data");
        answer.put("code", code);
        answer.put("message", message);
        answer.put("success", false);
        return answer;
    }

    static ObjectNode failed(SqlFailure failure, String queryId) {
        ObjectNode answer = failed(failure.code(), failure.getMessage());
        ObjectNode data = answer.putObject("data");
        data.put("internalError", false);
        data.put("errorCode", failure.code());
        data.put("age", 0);
        data.put("sqlState", failure.sqlState());
        data.put("queryId", queryId);
        data.put("line", -1);
        data.put("pos", -1);
        data.put("type", "COMPILATION");
        return answer;
    }

    static ArrayNode parameters(Session session) {
        ArrayNode list = JSON.createArrayNode();
        session.parameters().forEach((name, value) -> {
            ObjectNode each = list.addObject();
            each.put("name", name);
            String otherwise = Parameters.defaultOf(name);
            if (otherwise.equals("true") || otherwise.equals("false")) {
                each.put("value", Boolean.parseBoolean(value));
            } else if (otherwise.matches("\\d+")) {
                each.put("value", Long.parseLong(value));
            } else {
                each.put("value", value);
            }
        });
        return list;
    }

    static ObjectNode session(Session session) {
        ObjectNode data = JSON.createObjectNode();
        data.put("databaseName", session.database.orElse(null));
        data.put("schemaName", session.schema.orElse(null));
        data.put("warehouseName", session.warehouse.orElse(null));
        data.put("roleName", session.role);
        return data;
    }

    static ObjectNode inProgress(String id, String code) {
        ObjectNode data = JSON.createObjectNode();
        data.put("queryId", id);
        data.put("getResultUrl", "/queries/" + id + "/result");
        data.put("queryAbortsAfterSecs", 300);
        ObjectNode answer = ok(data);
        answer.put("code", code);
        answer.put("message", "Query execution in progress.");
        return answer;
    }

    static ObjectNode result(Execution execution, Outcome outcome, int binds, boolean arrays) {
        Session session = execution.session;
        ObjectNode data = JSON.createObjectNode();
        data.set("parameters", parameters(session));
        data.set("rowtype", rowType(outcome.rows().columns()));
        ArrayNode rowset = data.putArray("rowset");
        for (List<@Nullable String> row : outcome.rows().rows()) {
            ArrayNode line = rowset.addArray();
            for (int i = 0; i < row.size(); i++) {
                line.add(
                        Wire.spelled(row.get(i), outcome.rows().columns().get(i).type()));
            }
        }
        data.put("total", outcome.rows().rows().size());
        data.put("returned", outcome.rows().rows().size());
        data.put("queryId", execution.id);
        data.put("databaseProvider", "");
        data.put("finalDatabaseName", session.database.orElse(null));
        data.put("finalSchemaName", session.schema.orElse(null));
        data.put("finalWarehouseName", session.warehouse.orElse(null));
        data.put("finalRoleName", session.role);
        data.put("numberOfBinds", binds);
        data.put("arrayBindSupported", arrays);
        data.put("statementTypeId", outcome.type());
        data.put("version", 1);
        data.put("sendResultTime", System.currentTimeMillis());
        data.put("queryResultFormat", "json");
        if (!outcome.children().isEmpty()) {
            data.put("resultIds", outcome.children().stream().map(c -> c.id).collect(Collectors.joining(",")));
            data.put(
                    "resultTypes",
                    outcome.children().stream()
                            .map(c -> Long.toString(c.outcome.join().type()))
                            .collect(Collectors.joining(",")));
        }
        return ok(data);
    }

    private static ArrayNode rowType(List<Rows.Column> columns) {
        ArrayNode list = JSON.createArrayNode();
        for (Rows.Column column : columns) {
            SfType type = column.type();
            boolean sized = type.kind() == SfType.Kind.TEXT || type.kind() == SfType.Kind.BINARY;
            boolean fixed = type.kind() == SfType.Kind.FIXED;
            boolean timed = type.kind().isTimestamp() || type.kind() == SfType.Kind.TIME;
            ObjectNode each = list.addObject();
            each.put("name", column.name());
            each.put("database", "");
            each.put("schema", "");
            each.put("table", "");
            each.put("nullable", column.nullable());
            each.put("type", type.wire());
            each.put("length", sized ? (Integer) type.precision() : null);
            each.put("byteLength", sized ? (Long) Math.min(SfType.MAX_TEXT, type.precision() * 4L) : null);
            each.put("precision", fixed ? (Integer) type.precision() : timed ? (Integer) 0 : null);
            each.put("scale", fixed || timed ? (Integer) type.scale() : null);
            each.putNull("collation");
        }
        return list;
    }
}
