package dev.sluice.snowflake;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `COPY INTO t [(columns)] FROM {@stage/path | (SELECT … FROM @stage/path)} options`
///
/// @param select empty without a transformation
record CopyStatement(
        Name table, List<String> columns, String stage, Query.Alias alias, List<Expr> select, Options options)
        implements Statement {
    static final int MOST_FILES = 1_000;
    private static final Set<String> KNOWN = Set.of(
            "FILES",
            "PATTERN",
            "FILE_FORMAT",
            "ON_ERROR",
            "MATCH_BY_COLUMN_NAME",
            "FORCE",
            "PURGE",
            "TRUNCATECOLUMNS",
            "ENFORCE_LENGTH",
            "RETURN_FAILED_ONLY",
            "LOAD_UNCERTAIN_FILES");

    static CopyStatement parse(Queries parser) {
        parser.expect("COPY", "INTO");
        if (parser.peek().kind() == Token.Kind.STAGE) {
            throw SqlFailure.unsupported("unloading into a stage");
        }
        Name table = parser.name();
        List<String> columns = parser.columnList();
        parser.expect("FROM");
        String stage;
        List<Expr> select = List.of();
        Query.Alias alias = Query.Alias.NONE;
        if (parser.take("(")) {
            Query query = parser.query();
            parser.expect(")");
            Query.Select simple = simple(query);
            Query.Stage from = (Query.Stage) simple.from().orElseThrow();
            stage = from.path();
            alias = from.alias();
            select = simple.items().stream().map(CopyStatement::value).toList();
        } else if (parser.peek().kind() == Token.Kind.STRING) {
            String text = parser.string();
            if (!text.startsWith("@")) {
                throw SqlFailure.unsupported("COPY from a URL");
            }
            stage = text.substring(1);
        } else {
            stage = parser.expect(Token.Kind.STAGE).text();
        }
        Options options = parser.options();
        if (options.has("VALIDATION_MODE")) {
            throw SqlFailure.unsupported("VALIDATION_MODE");
        }
        return new CopyStatement(table, columns, stage, alias, select, options.only(table, KNOWN));
    }

    private static Query.Select simple(Query query) {
        boolean plain = query.body() instanceof Query.Select select
                && query.with().isEmpty()
                && query.orderBy().isEmpty()
                && query.limit().isEmpty()
                && select.where().isEmpty()
                && select.groupBy().isEmpty()
                && !select.groupByAll()
                && select.qualify().isEmpty()
                && select.having().isEmpty()
                && !select.distinct()
                && select.from().filter(Query.Stage.class::isInstance).isPresent();
        if (!plain) {
            throw new SqlFailure(
                    "002050",
                    "0A000",
                    "SQL compilation error:%nCOPY statement only supports simple SELECT from stage statements for import."
                            .formatted());
        }
        return (Query.Select) query.body();
    }

    private static Expr value(Query.Item item) {
        if (item instanceof Query.Value value) {
            return value.value();
        }
        throw SqlFailure.compilation("SELECT with no columns");
    }

    @Override
    public Kind kind() {
        return Kind.DML;
    }

    @Override
    public long type() {
        return Outcome.COPY;
    }

    @Override
    public List<Rows.Column> describe(Run run) {
        return CopyResult.rows().columns();
    }

    @Override
    public Outcome run(Run run) {
        run.needWarehouse();
        Relation relation = run.table(table, "INSERT");
        Target target = new Target(run, relation);
        StagePath path = StagePath.of(run, stage);
        CopyOptions copy = CopyOptions.of(run, this, path.stage());
        run.noteInsert(relation);
        Map<String, byte[]> contents = read(path, copy);
        run.execution.checkCancelled();
        Rows rows = CopyResult.rows();
        Map<String, String> loaded = new LinkedHashMap<>();
        run.account.store.lock.lock();
        try (CopyFiles files = new CopyFiles(run, this, target, copy)) {
            contents.forEach((key, bytes) -> {
                if (!copy.force() && before(run, relation, key, bytes)) {
                    CopyResult.skipped(rows, path.url(key));
                    return;
                }
                CopyResult result = files.look(key, path.url(key), bytes);
                result.addTo(rows);
                if (result.loaded() > 0 || result.errors() == 0) {
                    loaded.put(key, CopyOptions.print(bytes));
                }
            });
            run.account.store.atomically(() -> {
                files.load();
                return true;
            });
        } finally {
            run.account.store.lock.unlock();
        }
        run.transaction()
                .loaded
                .computeIfAbsent(relation, ignored -> new LinkedHashMap<>())
                .putAll(loaded);
        return rows.rows().isEmpty()
                ? Outcome.status(Outcome.COPY, "Copy executed with 0 files processed.")
                : new Outcome(rows, Outcome.COPY);
    }

    private static boolean before(Run run, Relation relation, String key, byte[] bytes) {
        String print = CopyOptions.print(bytes);
        Map<String, String> here = run.transaction().loaded.getOrDefault(relation, Map.of());
        return print.equals(relation.loaded.get(key)) || print.equals(here.get(key));
    }

    private Map<String, byte[]> read(StagePath path, CopyOptions copy) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        List<String> keys = path.keys(copy.files(), copy.pattern());
        if (new HashSet<>(keys).size() != keys.size()) {
            throw SqlFailure.compilation("a file is named twice in FILES");
        }
        for (String key : keys) {
            Optional<byte[]> bytes = path.bucket().read(key);
            if (bytes.isPresent()) {
                contents.put(key, bytes.get());
            } else if (copy.onError().equals("ABORT_STATEMENT")) {
                throw new SqlFailure(
                        "100016",
                        "22000",
                        "Remote file '%s' was not found. There are several potential causes. The file might not exist. The required credentials may be missing or invalid. If you are running a copy command, please make sure files are not deleted when they are being loaded or files are not being loaded into two different tables concurrently with auto purge option."
                                .formatted(path.url(key)));
            }
        }
        return contents;
    }
}
