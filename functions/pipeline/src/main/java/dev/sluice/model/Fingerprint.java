package dev.sluice.model;

import java.math.BigInteger;

/// Row count and order-independent aggregate of row hashes of a set of rows. Additive over disjoint sets.
///
/// @param rows      0 or more
/// @param hash      sum of the row hashes modulo 2^64, as an unsigned number held in a `long`
/// @param algorithm how the hash was made: name and server major version, such as `record-pg16`; hashes
///                  of different algorithms are never equal
public record Fingerprint(long rows, long hash, String algorithm) {
    public Fingerprint {
        if (rows < 0 || algorithm.isEmpty()) {
            throw new IllegalArgumentException("fingerprint of " + rows + " rows by '" + algorithm + "'");
        }
        // one text for all slices
        algorithm = algorithm.intern();
    }

    public static Fingerprint empty(String algorithm) {
        return new Fingerprint(0, 0, algorithm);
    }

    public Fingerprint plus(Fingerprint other) {
        if (!algorithm.equals(other.algorithm)) {
            throw new IllegalArgumentException("fingerprints by " + algorithm + " and " + other.algorithm);
        }
        return new Fingerprint(rows + other.rows, hash + other.hash, algorithm);
    }

    /// The hash as a number in [0, 2^64), as the ledger keeps it.
    public BigInteger unsignedHash() {
        return new BigInteger(Long.toUnsignedString(hash));
    }

    public static long parseHash(String unsigned) {
        return Long.parseUnsignedLong(unsigned);
    }
}
