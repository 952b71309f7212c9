package dev.sluice.snowflake;

import java.util.Map;
import java.util.Set;

/// How the files of a stage are read. Options are known by type; an unknown one is refused.
record FileFormat(String type, Options options) {
    private static final Map<String, Set<String>> KNOWN = Map.of(
            "PARQUET",
                    Set.of(
                            "TYPE",
                            "COMPRESSION",
                            "BINARY_AS_TEXT",
                            "USE_LOGICAL_TYPE",
                            "TRIM_SPACE",
                            "USE_VECTORIZED_SCANNER",
                            "REPLACE_INVALID_CHARACTERS",
                            "NULL_IF",
                            "COMMENT"),
            "JSON",
                    Set.of(
                            "TYPE",
                            "COMPRESSION",
                            "DATE_FORMAT",
                            "TIME_FORMAT",
                            "TIMESTAMP_FORMAT",
                            "BINARY_FORMAT",
                            "TRIM_SPACE",
                            "NULL_IF",
                            "ENABLE_OCTAL",
                            "ALLOW_DUPLICATE",
                            "STRIP_OUTER_ARRAY",
                            "STRIP_NULL_VALUES",
                            "REPLACE_INVALID_CHARACTERS",
                            "IGNORE_UTF8_ERRORS",
                            "SKIP_BYTE_ORDER_MARK",
                            "COMMENT"),
            "CSV", Set.of("TYPE", "COMMENT"));

    FileFormat {
        Set<String> known = KNOWN.get(type);
        if (known == null) {
            throw SqlFailure.compilation("invalid value [%s] for parameter 'TYPE'".formatted(type));
        }
        options.only("FILE_FORMAT", known);
        for (String flag : Set.of("TRIM_SPACE", "STRIP_NULL_VALUES", "ENABLE_OCTAL", "ALLOW_DUPLICATE")) {
            if (options.flag(flag, false)) {
                throw SqlFailure.unsupported(flag + " = TRUE");
            }
        }
    }

    static FileFormat of(Options options) {
        return new FileFormat(Variants.upper(options.text("TYPE", "CSV")), options);
    }

    /// `FILE_FORMAT = ( FORMAT_NAME = f )`, `FILE_FORMAT = ( TYPE = … )`, `FILE_FORMAT = 'f'`, or the stage's.
    static FileFormat of(Run run, Options statement, Thing stage) {
        Options from = statement.has("FILE_FORMAT") ? statement : stage.options();
        String name = from.text("FILE_FORMAT").orElse("");
        Options format = name.isEmpty() ? from.nested("FILE_FORMAT") : Options.NONE;
        String named = name.isEmpty() ? format.text("FORMAT_NAME", "") : name;
        if (named.isEmpty()) {
            return of(format);
        }
        Thing found = run.thing(Thing.Type.FILE_FORMAT, new Parser(named).name());
        if (!run.may("USAGE", found)) {
            throw SqlFailure.missing("File format", named);
        }
        return of(found.options());
    }

    boolean logicalTypes() {
        return options.flag("USE_LOGICAL_TYPE", false);
    }

    boolean binaryAsText() {
        return options.flag("BINARY_AS_TEXT", true);
    }
}
