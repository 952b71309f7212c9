package dev.sluice.bench;

import dev.sluice.adapter.postgres.PostgresSource;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.TableSync;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// The one statement that a quiet sync cannot do without, by itself: the fingerprints of all slices.
///
/// @param algorithm name of the hash
/// @param workers   parallel workers that helped, as far as [#watched] saw them
record FingerprintPass(double seconds, String algorithm, int workers) {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    static FingerprintPass of(Bed bed) {
        SluiceConfig config = bed.load();
        PostgresSource source = PostgresSource.of(
                config.requiredSource().url(),
                config.requiredSource().user(),
                () -> config.requiredSource().password().reveal());
        TableSync sync = config.tables(source.tables(), source::describe).getFirst();
        try (Snapshot snapshot = source.open(sync, "bench", PATIENCE)) {
            long began = System.nanoTime();
            snapshot.fingerprints(Rows.all(), true);
            return new FingerprintPass((System.nanoTime() - began) / 1e9, snapshot.algorithm(), 0);
        }
    }

    /// The same, watched from another session; not to be compared.
    static FingerprintPass watched(Context context, Bed bed) throws Exception {
        CompletableFuture<FingerprintPass> pass = CompletableFuture.supplyAsync(() -> of(bed));
        int most = 0;
        while (!pass.isDone()) {
            most = Math.max(most, workers(context));
            Thread.sleep(20);
        }
        FingerprintPass made = pass.get();
        return new FingerprintPass(made.seconds(), made.algorithm(), most);
    }

    private static int workers(Context context) throws Exception {
        return Integer.parseInt(
                context.server().value("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'"));
    }
}
