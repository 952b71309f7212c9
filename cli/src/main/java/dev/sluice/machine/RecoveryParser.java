package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.machine.State.Catcher;
import dev.sluice.machine.State.Recovery;
import dev.sluice.machine.State.Retrier;
import java.util.ArrayList;
import java.util.List;

/** Reads Retry and Catch. */
final class RecoveryParser {
    private static final Quantity.Range INTERVAL_SECONDS = new Quantity.Range(1, 99_999_999, true);
    private static final Quantity.Range ATTEMPTS = new Quantity.Range(0, 99_999_999, true);
    private static final Quantity.Range RATE = new Quantity.Range(1, 1_000_000, false);
    private static final Quantity.Range MAX_DELAY_SECONDS = new Quantity.Range(1, 31_622_400, true);

    private RecoveryParser() {}

    static Recovery parse(Fields fields, AssignedNames scope) {
        List<Retrier> retriers = new ArrayList<>();
        List<Fields> retry = fields.objects("Retry", false);
        for (int i = 0; i < retry.size(); i++) {
            retriers.add(retrier(retry.get(i), i == retry.size() - 1));
        }
        List<Catcher> catchers = new ArrayList<>();
        List<Fields> catching = fields.objects("Catch", false);
        for (int i = 0; i < catching.size(); i++) {
            catchers.add(catcher(catching.get(i), i == catching.size() - 1, scope));
        }
        return new Recovery(retriers, catchers);
    }

    private static Retrier retrier(Fields fields, boolean last) {
        List<String> errorEquals = errorEquals(fields, last);
        long interval = (long) fields.number("IntervalSeconds", 1, INTERVAL_SECONDS);
        long attempts = (long) fields.number("MaxAttempts", 3, ATTEMPTS);
        double rate = fields.number("BackoffRate", 2.0, RATE);
        Long maxDelay = null;
        if (fields.has("MaxDelaySeconds")) {
            maxDelay = (long) fields.number("MaxDelaySeconds", interval + 1.0, MAX_DELAY_SECONDS);
            if (maxDelay <= interval) {
                fields.problems()
                        .add(
                                fields.path("MaxDelaySeconds"),
                                "found " + maxDelay,
                                "more than IntervalSeconds (" + interval + ") is needed");
            }
        }
        boolean fullJitter = fields.oneOf("JitterStrategy", "NONE", "FULL").equals("FULL");
        fields.close();
        return new Retrier(errorEquals, interval, attempts, rate, maxDelay, fullJitter);
    }

    private static Catcher catcher(Fields fields, boolean last, AssignedNames scope) {
        List<String> errorEquals = errorEquals(fields, last);
        State.Exit exit = StateParser.exitTo(fields, fields.requiredText("Next"), scope);
        fields.close();
        return new Catcher(errorEquals, exit);
    }

    private static List<String> errorEquals(Fields fields, boolean last) {
        JsonNode value = fields.required("ErrorEquals");
        List<String> names = new ArrayList<>();
        if (value.isMissingNode()) {
            return names;
        }
        value.forEach(name -> names.add(name.asText()));
        boolean texts = true;
        for (JsonNode name : value) {
            texts &= name.isTextual();
        }
        String path = fields.path("ErrorEquals");
        if (!value.isArray() || names.isEmpty() || !texts) {
            fields.problems().add(path, "found " + Fields.brief(value), "a non-empty array of error names is needed");
        }
        if (names.contains(StateFailure.ALL) && (names.size() > 1 || !last)) {
            fields.problems()
                    .add(
                            path,
                            "found States.ALL beside others or not last",
                            "States.ALL stands alone, in the last entry");
        }
        if (names.contains(StateFailure.RUNTIME)) {
            fields.problems().add(path, "found States.Runtime", "it cannot be retried or caught; remove it");
        }
        return names;
    }
}
