//! Numbers that look random and are the same for the same seed.

/// Splitmix64.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// With a seed that is printed, so that a failure can be had again: `LAWFUL_CONTRACT_SEED` sets it.
    pub(crate) fn new() -> Self {
        let given = std::env::var("LAWFUL_CONTRACT_SEED");
        let seed = given
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or_else(|| lawful::Uuid::new_v4().as_u64_pair().0);
        println!("LAWFUL_CONTRACT_SEED={seed}");
        Numbers(seed)
    }

    /// The next number, below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap_or(0)
    }
}
