package dev.sluice.warehouse;

/// A look at the warehouse that changes nothing, not even a file that is not there yet.
public interface WarehouseInspection {
    /// @param exists  there is something to look at
    /// @param version of the warehouse's software, as it calls itself
    /// @param ledger  there is a ledger, and it could be read
    /// @param entries in the ledger, of all tables and runs
    record Look(boolean exists, String version, boolean ledger, long entries) {}

    /// @throws dev.sluice.model.WarehouseUnavailable somebody else holds it; says who, where that is known
    /// @throws dev.sluice.model.InvalidRequest       it is not what it should be, or a right is missing
    Look look();
}
