package dev.sluice.bench.spark;

import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/// A table over JDBC, in two partitions of its key, to Parquet: what one writes in Spark for this. Prints how
/// long that took, without the start of the JVM and of the session.
public final class SparkJob {
    private SparkJob() {}

    /// @param arguments JDBC address, user, table, greatest value of `sale_id`, directory for Parquet
    public static void main(String[] arguments) {
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .appName("bench")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.compression.codec", "zstd")
                .getOrCreate();
        long began = System.nanoTime();
        spark.read()
                .format("jdbc")
                .option("url", arguments[0])
                .option("user", arguments[1])
                .option("dbtable", arguments[2])
                .option("partitionColumn", "sale_id")
                .option("lowerBound", "1")
                .option("upperBound", arguments[3])
                .option("numPartitions", "2")
                .option("fetchsize", "10000")
                .load()
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(arguments[4]);
        System.out.println("seconds " + (System.nanoTime() - began) / 1e9);
        System.out.println("version " + spark.version());
        spark.stop();
    }
}
