package dev.sluice.model;

/// How often the warehouse's own rows are counted against the ledger before a run trusts it.
public enum WarehouseRecheck {
    ALWAYS,
    DAILY,
    NEVER
}
