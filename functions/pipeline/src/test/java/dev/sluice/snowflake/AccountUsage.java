package dev.sluice.snowflake;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The one view of SNOWFLAKE.ACCOUNT_USAGE that this server has; without its delay of hours. Only the
/// administrator may read it.
final class AccountUsage {
    private static final List<String> VIEW = List.of("SNOWFLAKE", "ACCOUNT_USAGE", "QUERY_ATTRIBUTION_HISTORY");

    private AccountUsage() {}

    static Optional<Source> of(Run run, Name written) {
        if (!written.parts().equals(VIEW)) {
            return Optional.empty();
        }
        if (!run.account.rights.roles(run.session().role).contains(Rights.ADMIN)) {
            throw SqlFailure.missingTable(written);
        }
        Rows rows = Rows.named(
                "query_id",
                "warehouse_name",
                "query_tag",
                "user_name",
                "start_time@",
                "end_time@",
                "credits_attributed_compute%");
        run.account.executions().stream()
                .filter(e -> e.woke && e.ended().isPresent())
                .sorted(Comparator.comparing((Execution e) -> e.id))
                .forEach(e -> rows.add(
                        e.id,
                        e.warehouse.orElse(null),
                        e.tag,
                        e.session.user,
                        e.started,
                        e.ended().orElseThrow(),
                        run.account.credits.orElse(0.0)));
        return Optional.of(Source.of(rows.upper()));
    }
}
