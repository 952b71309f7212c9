package dev.sluice.drop.text;

/// Why a row cannot be taken.
///
/// @param column empty if the row as a whole is to blame
/// @param reason without content
record BadRow(String column, String reason) {}
