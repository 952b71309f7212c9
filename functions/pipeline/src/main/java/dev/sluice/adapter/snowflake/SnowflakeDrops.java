package dev.sluice.adapter.snowflake;

import dev.sluice.drop.DropEntry;
import dev.sluice.drop.DropPublication;
import dev.sluice.drop.DropWarehouse;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import java.util.List;

/// Refuses every feed: tables of feeds cannot be kept in Snowflake in this version.
public final class SnowflakeDrops implements DropWarehouse {
    private static InvalidRequest refused(TableName target) {
        return new InvalidRequest(
                "%s: files under drops: cannot be loaded into Snowflake in this version; use warehouse.type duckdb"
                        .formatted(target));
    }

    @Override
    public State read(TableName target) {
        throw refused(target);
    }

    @Override
    public void publish(DropPublication publication) {
        throw refused(publication.feed().target());
    }

    @Override
    public List<String> differences(Feed feed, String runId) {
        throw refused(feed.target());
    }

    @Override
    public List<DropEntry> history(TableName target) {
        throw refused(target);
    }
}
