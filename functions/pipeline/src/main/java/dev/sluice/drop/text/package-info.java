/// What can be said of a dropped file without a database: its bytes unpacked, its lines, its fields, and
/// every value in the one spelling that raw files have. Knows `model` only.
@NullMarked
package dev.sluice.drop.text;

import org.jspecify.annotations.NullMarked;
