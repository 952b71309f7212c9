package dev.sluice.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.RunRequest;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The plan stage: which tables the run is about, and how many of them at once.
record PlanRun(Wiring wiring) {
    /// Execution names of Step Functions, which are the run ids.
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    /// @param request as it was given; unknown fields are refused, because a misspelt `full` would be a
    ///                silent no
    record Stored(RunRequest request, Instant startedAt) {}

    Messages.PlanOutput run(Messages.PlanInput input) {
        String runId = input.runId();
        if (!RUN_ID.matcher(runId).matches()) {
            throw new InvalidRequest("run id '" + runId + "': expected 1 to 80 letters, digits, - or _");
        }
        RunRequest request = request(input.request());
        wiring.documents().put(Keys.request(runId), new Stored(request, input.startedAt()));
        List<TableSync> tables =
                request.mode() == RunRequest.Mode.REPLAY ? List.of(replayed(request)) : synced(request);
        if (tables.isEmpty()) {
            throw new InvalidRequest("no table of the configuration is of group %s"
                    .formatted(request.group().orElse("")));
        }
        int connections = wiring.config().requiredSource().maxConnections();
        int tablesAtOnce = Math.max(1, Math.min(tables.size(), connections));
        int batchesAtOnce = Math.max(1, connections / tablesAtOnce);
        List<Messages.TableItem> items = new ArrayList<>();
        for (TableSync table : tables) {
            wiring.documents().put(Keys.sync(runId, table.target()), table);
            items.add(new Messages.TableItem(runId, table.target().toString(), batchesAtOnce));
        }
        wiring.documents().put(Keys.tables(runId), items);
        return new Messages.PlanOutput(runId, location(wiring, Keys.tables(runId)), items.size(), tablesAtOnce);
    }

    private List<TableSync> synced(RunRequest request) {
        List<TableName> existing = wiring.source().tables();
        return select(wiring.config().tables(existing, wiring.source()::describe, request.group()), request);
    }

    /// The one table of a replay. The source is not asked, not even whether it still has the table.
    private TableSync replayed(RunRequest request) {
        if (request.select().size() != 1 || request.select().getFirst().contains("*")) {
            throw new InvalidRequest(
                    "replay: found select %s; expected the name of one table".formatted(request.select()));
        }
        List<TableSync> tables =
                select(wiring.config().tablesUnseen(request.select().getFirst()), request);
        if (tables.size() != 1) {
            throw new InvalidRequest("replay: '%s' means %d tables of the configuration; name one by its source"
                    .formatted(request.select().getFirst(), tables.size()));
        }
        new PlanReplay(wiring).check(tables.getFirst(), request.replay().orElse(RunRequest.Replay.WHOLE));
        return tables.getFirst();
    }

    static Messages.Location location(Wiring wiring, String key) {
        return new Messages.Location(
                wiring.documents().store().bucket(), wiring.documents().store().bucketKey(key));
    }

    static RunRequest request(JsonNode json) {
        known(
                json,
                "",
                List.of("select", "group", "full", "budget", "allow_shrink", "mode", "deep", "trigger", "replay"));
        known(json.path("replay"), "replay.", List.of("slices", "run", "release"));
        RunRequest request = Json.fromTree(json, RunRequest.class);
        boolean replays = request.mode() == RunRequest.Mode.REPLAY;
        if (request.replay().isPresent() && !replays) {
            throw new InvalidRequest("execution input: `replay` goes with mode: replay only");
        }
        if (replays && request.group().isPresent()) {
            throw new InvalidRequest("execution input: group does not go with mode: replay, which is about one table");
        }
        if (replays && (request.full() || request.deep() || request.budget().isPresent())) {
            throw new InvalidRequest("execution input: full, deep and budget do not go with mode: replay");
        }
        if (request.replay().map(r -> r.release() && r.run().isPresent()).orElse(false)) {
            throw new InvalidRequest("replay: a release does not ask for rows, so it takes no run");
        }
        return request;
    }

    private static void known(JsonNode json, String path, List<String> known) {
        for (String field : (Iterable<String>) json::fieldNames) {
            if (!known.contains(field)) {
                throw new InvalidRequest("execution input: unknown field '%s%s'; expected %s"
                        .formatted(path, field, String.join(", ", known)));
            }
        }
    }

    /// Tables whose source or target matches; every word of the selection must match something.
    static List<TableSync> select(List<TableSync> tables, RunRequest request) {
        for (String shrinks : request.allowShrink()) {
            if (tables.stream().noneMatch(t -> matches(shrinks, t))) {
                throw new InvalidRequest("allow_shrink: no table of the configuration matches '" + shrinks + "'");
            }
        }
        if (request.select().isEmpty()) {
            return tables;
        }
        for (String word : request.select()) {
            if (tables.stream().noneMatch(t -> matches(word, t))) {
                throw new InvalidRequest("select: no table of the configuration matches '%s'; it has %s"
                        .formatted(
                                word,
                                String.join(
                                        ", ",
                                        tables.stream()
                                                .map(t -> t.source().toString())
                                                .toList())));
            }
        }
        return tables.stream()
                .filter(t -> request.select().stream().anyMatch(word -> matches(word, t)))
                .toList();
    }

    static boolean matches(String word, TableSync table) {
        Pattern pattern = Pattern.compile(List.of(word.split("\\*", -1)).stream()
                .map(Pattern::quote)
                .collect(java.util.stream.Collectors.joining(".*")));
        return pattern.matcher(table.source().toString()).matches()
                || pattern.matcher(table.target().toString()).matches();
    }
}
