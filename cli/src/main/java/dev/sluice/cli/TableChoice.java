package dev.sluice.cli;

import java.util.List;
import picocli.CommandLine.Option;

/// Which tables of the configuration a command is about; all, if none is named.
final class TableChoice {
    @Option(
            names = "--select",
            paramLabel = "TABLE",
            arity = "1..*",
            description = "Only these tables, by name of source or target; * stands for anything.")
    private final List<String> select = List.of();

    List<String> words() {
        return select;
    }
}
