package dev.sluice.run;

import dev.sluice.model.Detect;
import dev.sluice.model.TableName;
import dev.sluice.source.Look;
import java.time.Instant;

/// A look at the source from before the table was compared, and the ledger that this comparison ended in.
/// It says: whenever the source's counters are as they were then, and the ledger's newest epoch is this
/// one, the source is what the ledger describes. That stays true for ever, or the counters differ; so an
/// old baseline does no harm, and one that a stopped process writes late neither.
///
/// @param format         version of this document, 1
/// @param definitionHash of the table sync when it was looked at
/// @param detect         how the table was compared
/// @param comparedAt     when; what was proven since then is proven still
/// @param compareSeconds how long the comparison took: waiting longer for counters does not pay
/// @param ledgerEpoch    newest epoch in the table's ledger when the run ended; −1 before
record Baseline(
        int format,
        TableName table,
        String definitionHash,
        Detect detect,
        Instant comparedAt,
        double compareSeconds,
        long ledgerEpoch,
        Look look) {
    static final int FORMAT = 1;

    Baseline ofLedger(long newestEpoch) {
        return new Baseline(format, table, definitionHash, detect, comparedAt, compareSeconds, newestEpoch, look);
    }

    Baseline seenAgain(Look newer) {
        return new Baseline(
                format,
                table,
                definitionHash,
                detect,
                comparedAt,
                compareSeconds,
                ledgerEpoch,
                look.withInstant(newer.instant()));
    }
}
