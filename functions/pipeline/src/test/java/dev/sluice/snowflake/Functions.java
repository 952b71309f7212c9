package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The functions that this server knows. An unknown one is an error.
final class Functions {
    private final ExpressionTranslator expressions;
    private final Environment environment;

    Functions(ExpressionTranslator expressions, Environment environment) {
        this.expressions = expressions;
        this.environment = environment;
    }

    Typed call(Expr.Call call, Scope scope) {
        List<Typed> arguments = withUnitAsText(call).stream()
                .map(a -> expressions.translate(a, scope))
                .toList();
        Optional<Typed> aggregate = new Aggregates(expressions).call(call, arguments, scope);
        if (aggregate.isPresent()) {
            return aggregate.get();
        }
        if (call.distinct()
                || call.star()
                || call.over().isPresent()
                || !call.within().isEmpty()) {
            throw unknown(call.name());
        }
        if (call.name().startsWith("SYSTEM$")) {
            List<String> texts = call.arguments().stream()
                    .map(a -> a instanceof Expr.Text text
                            ? text.value()
                            : a instanceof Expr.Number number ? number.text() : bound(a, scope))
                    .toList();
            return environment.system(call.name(), texts).orElseThrow(() -> unknown(call.name()));
        }
        return scalar(call.name(), arguments);
    }

    /// A unit of time may be written as a word.
    private static List<Expr> withUnitAsText(Expr.Call call) {
        List<Expr> arguments = new ArrayList<>(call.arguments());
        boolean hasUnit = call.name().matches("DATEADD|TIMESTAMPADD|DATEDIFF|TIMESTAMPDIFF|DATE_PART|DATE_TRUNC");
        if (hasUnit && !arguments.isEmpty() && arguments.getFirst() instanceof Expr.Column unit) {
            arguments.set(0, new Expr.Text(unit.parts().getLast()));
        }
        return arguments;
    }

    private String bound(Expr argument, Scope scope) {
        String sql = expressions.translate(argument, scope).sql();
        if (!(argument instanceof Expr.Bind)) {
            throw SqlFailure.unsupported("an expression as argument of a SYSTEM$ function");
        }
        return sql.replaceAll("^(?:CAST\\()?'(.*?)'.*$", "$1");
    }

    static SqlFailure unknown(String name) {
        return new SqlFailure("002140", "42601", "SQL compilation error:%nUnknown function %s".formatted(name));
    }

    private Typed scalar(String name, List<Typed> a) {
        return switch (name) {
            case "COALESCE", "NVL", "IFNULL" -> coalesce(a);
            case "NVL2" ->
                either(new Typed("(" + a.get(0).sql() + " IS NOT NULL)", SfType.BOOLEAN), a.get(1), a.get(2));
            case "NULLIF" ->
                new Typed(
                        "CASE WHEN %s THEN NULL ELSE %s END"
                                .formatted(
                                        expressions.compared("=", a.get(0), a.get(1)),
                                        a.get(0).sql()),
                        a.get(0).type());
            case "IFF" -> either(expressions.cast(a.get(0), SfType.BOOLEAN), a.get(1), a.get(2));
            case "ZEROIFNULL" ->
                new Typed("coalesce(%s, 0)".formatted(a.get(0).sql()), a.get(0).type());
            case "EQUAL_NULL" ->
                new Typed(expressions.compared("IS NOT DISTINCT FROM", a.get(0), a.get(1)), SfType.BOOLEAN);
            case "GREATEST", "LEAST" -> extreme(name, a);
            default -> conversion(name, a);
        };
    }

    private Typed conversion(String name, List<Typed> a) {
        return switch (name) {
            case "TO_VARCHAR", "TO_CHAR" ->
                a.size() == 2
                        ? new Typed(Formats.toText(a.get(0), a.get(1)), SfType.TEXT)
                        : new Typed(Conversions.toText(one(name, a).getFirst()), SfType.TEXT);
            case "TO_NUMBER", "TO_DECIMAL", "TO_NUMERIC" -> to(a, decimal(name, a), false);
            case "TRY_TO_NUMBER", "TRY_TO_DECIMAL" -> to(a, decimal(name, a), true);
            case "TO_DOUBLE" -> to(one(name, a), SfType.REAL, false);
            case "TRY_TO_DOUBLE" -> to(one(name, a), SfType.REAL, true);
            case "TO_BOOLEAN" -> to(one(name, a), SfType.BOOLEAN, false);
            case "TO_DATE", "DATE" -> to(one(name, a), SfType.DATE, false);
            case "TRY_TO_DATE" -> to(one(name, a), SfType.DATE, true);
            case "TO_TIME", "TIME" -> to(one(name, a), SfType.TIME, false);
            case "TO_TIMESTAMP", "TO_TIMESTAMP_NTZ" -> timestamp(a, SfType.NTZ);
            case "TO_TIMESTAMP_TZ" -> timestamp(a, SfType.TZ);
            case "TO_TIMESTAMP_LTZ" -> timestamp(a, SfType.LTZ);
            case "TRY_TO_TIMESTAMP_NTZ" -> to(one(name, a), SfType.NTZ, true);
            case "TO_BINARY" -> binary(a);
            case "HEX_ENCODE" -> Typed.call(SfType.TEXT, "hex", a.getFirst().sql());
            case "TO_VARIANT" -> Conversions.toVariant(one(name, a).getFirst());
            case "PARSE_JSON" ->
                Typed.call(
                        SfType.VARIANT,
                        "sf_parse_json",
                        Conversions.toText(one(name, a).getFirst()));
            case "TRY_PARSE_JSON" ->
                Typed.call(
                        SfType.VARIANT,
                        "sf_try_parse_json",
                        Conversions.toText(one(name, a).getFirst()));
            case "TO_JSON" -> new Typed(one(name, a).getFirst().sql(), SfType.TEXT);
            case "TYPEOF" ->
                Typed.call(
                        SfType.TEXT,
                        "sf_typeof",
                        Conversions.toVariant(one(name, a).getFirst()).sql());
            case "IS_NULL_VALUE" ->
                new Typed("(%s = 'null')".formatted(a.getFirst().sql()), SfType.BOOLEAN);
            case "ARRAY_SIZE" ->
                new Typed(
                        "CAST(json_array_length(%s) AS DECIMAL(9,0))"
                                .formatted(a.getFirst().sql()),
                        SfType.number(9, 0));
            case "OBJECT_CONSTRUCT" -> {
                List<String> parts = new ArrayList<>();
                for (int i = 0; i < a.size(); i++) {
                    parts.add(
                            i % 2 == 0
                                    ? a.get(i).sql()
                                    : "CAST(%s AS JSON)"
                                            .formatted(Conversions.toVariant(a.get(i))
                                                    .sql()));
                }
                yield Typed.call(
                        new SfType(SfType.Kind.OBJECT, 0, 0),
                        "sf_parse_json",
                        "CAST(json_object(%s) AS VARCHAR)".formatted(String.join(", ", parts)));
            }
            default -> text(name, a);
        };
    }

    private Typed text(String name, List<Typed> a) {
        List<String> t = a.stream().map(Conversions::toText).toList();
        SfType count = SfType.COUNT;
        return switch (name) {
            case "UPPER", "LOWER", "TRIM", "LTRIM", "RTRIM", "REPLACE", "REVERSE" ->
                Typed.call(SfType.TEXT, name.toLowerCase(java.util.Locale.ROOT), t.toArray(String[]::new));
            case "CONCAT" -> new Typed("(" + String.join(" || ", t) + ")", SfType.TEXT);
            case "LENGTH", "LEN" ->
                counted(
                        a.getFirst().type().kind() == SfType.Kind.BINARY
                                ? "octet_length(" + a.getFirst().sql() + ")"
                                : "length(" + t.getFirst() + ")");
            case "OCTET_LENGTH" ->
                counted(
                        a.getFirst().type().kind() == SfType.Kind.BINARY
                                ? "octet_length(" + a.getFirst().sql() + ")"
                                : "strlen(" + t.getFirst() + ")");
            case "SUBSTR", "SUBSTRING" -> Typed.call(SfType.TEXT, "substr", withNumbers(a, t));
            case "LEFT", "RIGHT" ->
                Typed.call(SfType.TEXT, name.equals("LEFT") ? "\"left\"" : "\"right\"", withNumbers(a, t));
            case "REPEAT" -> Typed.call(SfType.TEXT, "repeat", withNumbers(a, t));
            case "SPLIT_PART" ->
                Typed.call(
                        SfType.TEXT,
                        "split_part",
                        t.get(0),
                        t.get(1),
                        "CAST(" + a.get(2).sql() + " AS INTEGER)");
            case "LPAD", "RPAD" ->
                Typed.call(
                        SfType.TEXT,
                        name.toLowerCase(java.util.Locale.ROOT),
                        t.get(0),
                        "CAST(" + a.get(1).sql() + " AS INTEGER)",
                        t.get(2));
            case "STARTSWITH" -> Typed.call(SfType.BOOLEAN, "starts_with", t.get(0), t.get(1));
            case "ENDSWITH" -> Typed.call(SfType.BOOLEAN, "ends_with", t.get(0), t.get(1));
            case "CONTAINS" -> Typed.call(SfType.BOOLEAN, "contains", t.get(0), t.get(1));
            case "POSITION", "CHARINDEX" -> counted("strpos(%s, %s)".formatted(t.get(1), t.get(0)));
            case "MD5", "MD5_HEX" -> Typed.call(SfType.text(32), "md5", t.getFirst());
            case "SHA2", "SHA2_HEX" -> Typed.call(SfType.text(128), "sha256", t.getFirst());
            case "UUID_STRING" -> new Typed("CAST(uuid() AS VARCHAR)", SfType.text(36));
            case "ABS", "SIGN", "FLOOR", "CEIL", "ROUND", "SQRT", "MOD", "TRUNC" -> number(name, a, count);
            default -> context(name, a);
        };
    }

    private Typed number(String name, List<Typed> a, SfType count) {
        Typed value = expressions.numeric(a.getFirst());
        return switch (name) {
            case "ABS" -> new Typed("abs(" + value.sql() + ")", value.type());
            case "SIGN" -> new Typed("CAST(sign(%s) AS DECIMAL(18,0))".formatted(value.sql()), count);
            case "SQRT" ->
                Typed.call(
                        SfType.REAL,
                        "sqrt",
                        expressions.cast(value, SfType.REAL).sql());
            case "MOD" -> Arithmetic.of("%", value, a.get(1), expressions);
            case "ROUND" -> {
                if (value.type().kind() == SfType.Kind.REAL) {
                    yield Typed.call(
                            SfType.REAL,
                            "round",
                            value.sql(),
                            a.size() > 1 ? "CAST(" + a.get(1).sql() + " AS INTEGER)" : "0");
                }
                if (a.size() > 1) {
                    throw SqlFailure.unsupported("ROUND of a NUMBER with digits");
                }
                yield expressions.cast(
                        value,
                        SfType.number(
                                value.type().precision()
                                        - value.type().scale()
                                        + (value.type().scale() > 0
                                                        && value.type().precision() < 38
                                                ? 1
                                                : 0),
                                0));
            }
            default -> {
                String function = name.equals("TRUNC") ? "trunc" : name.toLowerCase(java.util.Locale.ROOT);
                String call = function + "(" + value.sql() + ")";
                yield value.type().kind() == SfType.Kind.REAL
                        ? new Typed(call, SfType.REAL)
                        : new Typed("CAST(%s AS DECIMAL(38,0))".formatted(call), SfType.number(38, 0));
            }
        };
    }

    private static Typed counted(String sql) {
        return new Typed("CAST(" + sql + " AS DECIMAL(18,0))", SfType.COUNT);
    }

    private static String[] withNumbers(List<Typed> a, List<String> t) {
        List<String> all = new ArrayList<>(List.of(t.getFirst()));
        a.subList(1, a.size()).forEach(n -> all.add("CAST(" + n.sql() + " AS INTEGER)"));
        return all.toArray(String[]::new);
    }

    private Typed context(String name, List<Typed> a) {
        Session session = environment.session();
        return switch (name) {
            case "CURRENT_SESSION" -> Typed.text(Long.toString(session.id));
            case "CURRENT_ROLE" -> Typed.text(session.role);
            case "CURRENT_USER" -> Typed.text(session.user);
            case "CURRENT_DATABASE" -> optional(session.database);
            case "CURRENT_SCHEMA" -> optional(session.schema);
            case "CURRENT_WAREHOUSE" -> optional(session.warehouse);
            case "CURRENT_ACCOUNT" -> Typed.text(SnowflakeServer.ACCOUNT);
            case "CURRENT_ACCOUNT_NAME" -> Typed.text(SnowflakeServer.ACCOUNT);
            case "CURRENT_ORGANIZATION_NAME" -> Typed.text("LOOPBACK");
            case "CURRENT_REGION" -> Typed.text("AWS_LOOPBACK_1");
            case "CURRENT_VERSION" -> Typed.text(SnowflakeServer.VERSION);
            case "CURRENT_CLIENT" -> Typed.text("JDBC");
            case "CURRENT_TRANSACTION" -> optional(session.transaction.map(t -> Long.toString(t.id)));
            case "CURRENT_STATEMENT" -> throw unknown(name);
            case "LAST_QUERY_ID" -> {
                if (!a.isEmpty()) {
                    throw SqlFailure.unsupported("LAST_QUERY_ID with a number");
                }
                yield Typed.text(session.lastQuery);
            }
            case "CURRENT_TIMESTAMP", "LOCALTIMESTAMP" -> now(SfType.LTZ);
            case "SYSDATE" -> now(SfType.NTZ);
            case "CURRENT_DATE" -> expressions.cast(now(SfType.LTZ), SfType.DATE);
            default -> times(name, a);
        };
    }

    private Typed now(SfType type) {
        String text = java.time.Instant.now()
                .truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
                .toString();
        return expressions.cast(Typed.text(text), type);
    }

    private static Typed optional(Optional<String> value) {
        return value.map(Typed::text).orElseGet(Typed::none);
    }

    private Typed times(String name, List<Typed> a) {
        return switch (name) {
            case "DATEADD", "TIMESTAMPADD" -> dateAdd(unit(a.get(0)), a.get(1), a.get(2));
            case "DATEDIFF", "TIMESTAMPDIFF" ->
                counted("datediff('%s', %s, %s)"
                        .formatted(
                                unit(a.getFirst()),
                                expressions.comparable(a.get(1)),
                                expressions.comparable(a.get(2))));
            case "DATE_TRUNC" ->
                new Typed(
                        "date_trunc('%s', %s)"
                                .formatted(
                                        unit(a.getFirst()),
                                        expressions.cast(a.get(1), SfType.NTZ).sql()),
                        SfType.NTZ);
            case "CONVERT_TIMEZONE" -> zoned(a);
            case "DATE_PART" -> {
                String part = unit(a.getFirst());
                yield counted(
                        part.startsWith("EPOCH")
                                ? epoch(part, expressions.comparable(a.get(1)))
                                : "date_part('%s', %s)".formatted(part, expressions.comparable(a.get(1))));
            }
            default -> throw unknown(name);
        };
    }

    private Typed dateAdd(String unit, Typed count, Typed base) {
        String amount = "CAST(" + expressions.cast(count, SfType.number(18, 0)).sql() + " AS BIGINT)";
        String step = "(%s * INTERVAL 1 %s)".formatted(amount, unit);
        if (base.type().kind().isZoned()) {
            return new Typed("{'utc': (%1$s).utc + %2$s, 'off': (%1$s).off}".formatted(base.sql(), step), base.type());
        }
        return base.type().kind() == SfType.Kind.DATE && unit.matches("DAY|MONTH|YEAR|WEEK")
                ? new Typed("CAST((%s + %s) AS DATE)".formatted(base.sql(), step), SfType.DATE)
                : new Typed(
                        "(%s + %s)".formatted(expressions.cast(base, SfType.NTZ).sql(), step), SfType.NTZ);
    }

    /// With two arguments: the same instant with the offset that the zone has then.
    private Typed zoned(List<Typed> a) {
        if (a.size() != 2 || !a.get(1).type().kind().isZoned()) {
            throw SqlFailure.unsupported("CONVERT_TIMEZONE of anything but an instant");
        }
        String utc = "(%s).utc".formatted(a.get(1).sql());
        String local =
                "timezone(%s, timezone('UTC', %s))".formatted(a.getFirst().sql(), utc);
        return new Typed(
                "CASE WHEN %1$s IS NOT NULL THEN {'utc': %1$s, 'off': CAST(datediff('minute', %1$s, %2$s) AS INTEGER)} END"
                        .formatted(utc, local),
                a.get(1).type());
    }

    private static String epoch(String part, String value) {
        return switch (part) {
            case "EPOCH_SECOND" -> "floor(epoch_us(%s) / 1000000)".formatted(value);
            case "EPOCH_MILLISECOND" -> "epoch_ms(%s)".formatted(value);
            case "EPOCH_MICROSECOND" -> "epoch_us(%s)".formatted(value);
            default -> "epoch_ns(%s)".formatted(value);
        };
    }

    /// Units are written as words or strings; words arrive as such through [Expressions].
    private static String unit(Typed value) {
        String text = Variants.upper(value.sql().replace("'", ""));
        return switch (text) {
            case "DAY",
                    "MONTH",
                    "YEAR",
                    "WEEK",
                    "HOUR",
                    "MINUTE",
                    "SECOND",
                    "MILLISECOND",
                    "MICROSECOND",
                    "EPOCH_SECOND",
                    "EPOCH_MILLISECOND",
                    "EPOCH_MICROSECOND",
                    "EPOCH_NANOSECOND",
                    "DOW",
                    "DOY" -> text;
            case "DAYS", "MONTHS", "YEARS", "WEEKS", "HOURS", "MINUTES", "SECONDS", "MILLISECONDS", "MICROSECONDS" ->
                text.substring(0, text.length() - 1);
            default -> throw SqlFailure.compilation("'%s' is not a valid date/time component".formatted(text));
        };
    }

    private Typed coalesce(List<Typed> values) {
        SfType type = ExpressionTranslator.common(values);
        return new Typed(
                values.stream()
                        .map(v -> expressions.cast(v, type).sql())
                        .collect(Collectors.joining(", ", "coalesce(", ")")),
                type);
    }

    private Typed either(Typed condition, Typed yes, Typed no) {
        SfType type = ExpressionTranslator.common(List.of(yes, no));
        return new Typed(
                "CASE WHEN %s THEN %s ELSE %s END"
                        .formatted(
                                condition.sql(),
                                expressions.cast(yes, type).sql(),
                                expressions.cast(no, type).sql()),
                type);
    }

    /// NULL if one of the values is.
    private Typed extreme(String name, List<Typed> values) {
        SfType type = ExpressionTranslator.common(values);
        List<String> all =
                values.stream().map(v -> expressions.cast(v, type).sql()).toList();
        String anyNull = all.stream().map(v -> v + " IS NULL").collect(Collectors.joining(" OR "));
        return new Typed(
                "CASE WHEN %s THEN NULL ELSE %s(%s) END".formatted(anyNull, name, String.join(", ", all)), type);
    }

    private static List<Typed> one(String name, List<Typed> a) {
        if (a.size() != 1) {
            throw SqlFailure.unsupported(name + " with a format");
        }
        return a;
    }

    private Typed to(List<Typed> a, SfType type, boolean orNull) {
        return Conversions.cast(a.getFirst(), type, orNull, expressions.zone());
    }

    private static SfType decimal(String name, List<Typed> a) {
        List<Integer> numbers = a.subList(1, a.size()).stream()
                .map(n -> {
                    if (n.type().kind() != SfType.Kind.FIXED) {
                        throw SqlFailure.unsupported(name + " with a format");
                    }
                    return Integer.parseInt(n.sql().replaceAll("^CAST\\('(\\d+)'.*$", "$1"));
                })
                .toList();
        return SfType.number(numbers.isEmpty() ? 38 : numbers.get(0), numbers.size() < 2 ? 0 : numbers.get(1));
    }

    private Typed timestamp(List<Typed> a, SfType type) {
        if (a.size() == 1) {
            return expressions.cast(a.getFirst(), type);
        }
        if (a.getFirst().type().kind() != SfType.Kind.FIXED) {
            throw SqlFailure.unsupported("a timestamp's format");
        }
        int scale = decimal("TO_TIMESTAMP", a).precision();
        String micros = scale <= 6
                ? "CAST(%s AS BIGINT) * %d".formatted(a.getFirst().sql(), (long) Math.pow(10, 6 - scale))
                : "CAST(%s AS BIGINT) // %d".formatted(a.getFirst().sql(), (long) Math.pow(10, scale - 6));
        return expressions.cast(new Typed("make_timestamp(" + micros + ")", SfType.NTZ), type);
    }

    private Typed binary(List<Typed> a) {
        if (a.size() == 1) {
            return expressions.cast(a.getFirst(), SfType.BINARY);
        }
        String text = Conversions.toText(a.getFirst());
        return switch (Variants.upper(a.get(1).sql())) {
            case "'HEX'" -> new Typed("from_hex(sf_hex(" + text + "))", SfType.BINARY);
            case "'UTF-8'", "'UTF8'" -> new Typed("from_hex(sf_hex_of(" + text + "))", SfType.BINARY);
            case "'BASE64'" -> new Typed("from_base64(" + text + ")", SfType.BINARY);
            default ->
                throw SqlFailure.compilation("invalid binary format " + a.get(1).sql());
        };
    }
}
