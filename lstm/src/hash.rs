//! A hash that is the same on every machine and in every release.

/// FNV-1a (Fowler, Noll and Vo), 64 bits. Its low bits are weak: the lowest is the parity of all bytes.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The same with all bits as good as each other (the last steps of MurmurHash3).
pub(crate) fn mixed(bytes: &[u8]) -> u64 {
    let mut hash = fnv1a(bytes);
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        hash = (hash ^ (hash >> 33)).wrapping_mul(factor);
    }
    hash ^ (hash >> 33)
}
