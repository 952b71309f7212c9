package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.machine.State.Exit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one state. */
final class StateParser {
    private static final String LAMBDA_INVOKE = "arn:aws:states:::lambda:invoke";
    private static final List<String> TYPES =
            List.of("Task", "Map", "Parallel", "Choice", "Pass", "Wait", "Succeed", "Fail");

    private static final Quantity.Range SECONDS = new Quantity.Range(0, 99_999_999, true);
    static final Quantity.Range TIMEOUT_SECONDS = new Quantity.Range(1, 99_999_999, true);

    private StateParser() {}

    /** Null if the type is unknown. */
    static @Nullable State parse(String name, Fields fields, AssignedNames scope) {
        if (fields.has("QueryLanguage")) {
            fields.exactly("QueryLanguage", "JSONata");
        }
        String type = fields.requiredText("Type");
        State state = switch (type) {
            case "Task" -> task(name, fields, scope);
            case "Map" -> MapParser.parse(name, fields, scope);
            case "Parallel" -> parallel(name, fields, scope);
            case "Choice" -> choice(name, fields, scope);
            case "Pass" -> new State.Pass(name, exit(fields, scope));
            case "Wait" -> waiting(name, fields, scope);
            case "Succeed" -> new State.Succeed(name, TemplateParser.optional(fields, "Output"));
            case "Fail" ->
                new State.Fail(
                        name,
                        TemplateParser.optionalText(fields, "Error"),
                        TemplateParser.optionalText(fields, "Cause"));
            default -> null;
        };
        if (state != null) {
            fields.close();
        } else if (!type.isEmpty()) {
            fields.problems()
                    .add(
                            fields.path("Type"),
                            "found \"" + type + "\"",
                            "did you mean " + Nearest.of(type, TYPES) + "?");
        }
        return state;
    }

    private static State task(String name, Fields fields, AssignedNames scope) {
        fields.exactly("Resource", LAMBDA_INVOKE);
        Template arguments = TemplateParser.required(fields, "Arguments");
        JsonNode node = fields.get("Arguments");
        if (node != null && node.isObject()) {
            Fields call = fields.object("Arguments");
            call.required("FunctionName");
            call.has("Payload");
            call.close();
        } else if (node != null && !TemplateParser.isQueryOr(arguments, literal -> false)) {
            fields.problems()
                    .add(
                            fields.path("Arguments"),
                            "found " + Fields.brief(node),
                            "an object or an expression is needed");
        }
        Quantity timeout = TemplateParser.optionalQuantity(fields, "TimeoutSeconds", "TimeoutSeconds", TIMEOUT_SECONDS);
        return new State.Task(name, arguments, timeout, exit(fields, scope), RecoveryParser.parse(fields, scope));
    }

    private static State parallel(String name, Fields fields, AssignedNames scope) {
        Template arguments = TemplateParser.optional(fields, "Arguments");
        List<Flow> branches = new ArrayList<>();
        for (Fields branch : fields.objects("Branches", true)) {
            branches.add(FlowParser.parse(branch, scope.inner()));
            branch.close();
        }
        return new State.Parallel(name, arguments, branches, exit(fields, scope), RecoveryParser.parse(fields, scope));
    }

    private static State choice(String name, Fields fields, AssignedNames scope) {
        List<State.Rule> rules = new ArrayList<>();
        for (Fields rule : fields.objects("Choices", true)) {
            Template condition = TemplateParser.required(rule, "Condition");
            if (rule.has("Condition") && !TemplateParser.isQueryOr(condition, JsonNode::isBoolean)) {
                rule.problems()
                        .add(rule.path("Condition"), "found something else", "true, false or an expression is needed");
            }
            rules.add(new State.Rule(condition, exitTo(rule, rule.requiredText("Next"), scope)));
            rule.close();
        }
        String otherwise = fields.optionalText("Default");
        Exit exit = exitTo(fields, otherwise, scope);
        if (otherwise == null
                && (exit.output() != null || !exit.assign().fields().isEmpty())) {
            fields.problems()
                    .add(
                            fields.path(),
                            "found Output or Assign but no Default",
                            "they apply to the Default only; add one");
        }
        return new State.Choice(name, rules, otherwise == null ? null : exit);
    }

    private static State waiting(String name, Fields fields, AssignedNames scope) {
        Quantity seconds = TemplateParser.optionalQuantity(fields, "Seconds", "Seconds", SECONDS);
        Template timestamp = TemplateParser.optionalText(fields, "Timestamp");
        if ((seconds == null) == (timestamp == null)) {
            fields.problems()
                    .add(
                            fields.path(),
                            seconds == null ? "found neither Seconds nor Timestamp" : "found Seconds and Timestamp",
                            "exactly one of them is needed");
        }
        if (timestamp instanceof Template.Literal literal && Timestamps.parse(literal.value()) == null) {
            fields.problems()
                    .add(fields.path("Timestamp"), "found " + Fields.brief(literal.value()), Timestamps.NEEDED);
        }
        return new State.Wait(name, seconds, timestamp, exit(fields, scope));
    }

    /** Next or End, with Output and Assign. */
    static Exit exit(Fields fields, AssignedNames scope) {
        String next = fields.optionalText("Next");
        JsonNode end = fields.get("End");
        boolean ends = end != null && end.isBoolean() && end.booleanValue();
        if (end != null && !end.isBoolean()) {
            fields.problems().add(fields.path("End"), "found " + Fields.brief(end), "true is needed");
        } else if (next == null && !ends) {
            fields.problems().add(fields.path(), "found neither Next nor End", "Next or \"End\": true is required");
        } else if (next != null && ends) {
            fields.problems().add(fields.path(), "found Next and End", "only one of them is allowed");
        }
        return exitTo(fields, next, scope);
    }

    static Exit exitTo(Fields fields, @Nullable String next, AssignedNames scope) {
        Template output = TemplateParser.optional(fields, "Output");
        Template.ObjectTemplate assign = TemplateParser.assign(fields);
        assign.fields().keySet().forEach(name -> scope.add(name, Fields.path(fields.path("Assign"), name)));
        return new Exit(next, output, assign);
    }
}
