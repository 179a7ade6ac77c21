//! The stream of numpy's `default_rng(seed).integers(0, bound)`: PCG64 (XSL-RR 128/64) seeded by `SeedSequence`, bounded by
//! Lemire's method over 32-bit halves. numpy keeps these streams as they are (NEP 19), so numbers here can be held against it.

use rand_pcg::{Pcg64, rand_core::Rng};

/// numpy's default generator.
pub(super) struct Numpy {
    words: Pcg64,
    /// The upper half of the last word, when only the lower one was used.
    half: Option<u32>,
}

impl Numpy {
    /// The generator that `numpy.random.default_rng(seed)` is.
    pub(super) fn seeded(seed: u32) -> Self {
        let words = seed_sequence(seed);
        let wide = |at: usize| u128::from(words[at]) << 64 | u128::from(words[at + 1]);
        Self { words: Pcg64::new(wide(0), wide(2)), half: None }
    }

    /// A number from 0 to below `bound`; nothing is drawn when there is nothing to choose.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        if bound <= 1 {
            return 0;
        }
        // Lemire, "Fast Random Integer Generation in an Interval" (2019): the lower half says whether the draw is fair.
        let mut product = u64::from(self.half()) * u64::from(bound);
        if (product as u32) < bound {
            let unfair = bound.wrapping_neg() % bound;
            while (product as u32) < unfair {
                product = u64::from(self.half()) * u64::from(bound);
            }
        }
        (product >> 32) as u32
    }

    /// 32 bits: a word's lower half, then its upper one.
    fn half(&mut self) -> u32 {
        if let Some(half) = self.half.take() {
            return half;
        }
        let word = self.words.next_u64();
        self.half = Some((word >> 32) as u32);
        word as u32
    }
}

/// `numpy.random.SeedSequence(seed).generate_state(4, uint64)`; its constants are those of O'Neill's `seed_seq_fe`.
fn seed_sequence(seed: u32) -> [u64; 4] {
    const INIT: (u32, u32) = (0x43b0_d7e5, 0x8b51_f9dd);
    const STEP: (u32, u32) = (0x931e_8875, 0x58f3_8ded);
    const MIX: (u32, u32) = (0xca01_f9dd, 0x4973_f715);
    let fold = |word: u32| word ^ word >> 16;
    let hash = |word: u32, state: &mut u32, step: u32| {
        let word = word ^ *state;
        *state = state.wrapping_mul(step);
        fold(word.wrapping_mul(*state))
    };

    let mut state = INIT.0;
    let mut pool = [seed, 0, 0, 0].map(|word| hash(word, &mut state, STEP.0));
    for from in 0..pool.len() {
        for to in (0..pool.len()).filter(|to| *to != from) {
            let other = hash(pool[from], &mut state, STEP.0);
            pool[to] = fold(pool[to].wrapping_mul(MIX.0).wrapping_sub(other.wrapping_mul(MIX.1)));
        }
    }

    let mut state = INIT.1;
    let mut next = |at: usize| u64::from(hash(pool[at % pool.len()], &mut state, STEP.1));
    std::array::from_fn(|at| next(2 * at) | next(2 * at + 1) << 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    // All numbers here are what numpy 2.4.6 says.

    #[test]
    fn a_seed_becomes_the_words_that_numpy_makes_of_it() {
        let words = [
            11_465_652_750_463_011_511,
            15_382_171_918_060_459_190,
            9_018_504_550_953_525_431,
            3_703_499_796_004_394_495,
        ];
        assert_eq!(seed_sequence(42), words);
        let mut random = Numpy::seeded(42);
        let raw = [14_276_969_152_011_380_360, 8_095_878_257_575_067_585];
        assert_eq!([random.words.next_u64(), random.words.next_u64()], raw);
    }

    #[test]
    fn bounded_numbers_come_in_numpys_order() {
        for (bound, first, last, sum) in [
            (5_u32, [0, 3, 3, 2, 2, 4, 0, 3, 1, 0], [4, 3, 2], 9_928_u64),
            (7, [0, 5, 4, 3, 3, 6, 0, 4, 1, 0], [2, 2, 5], 20_778),
            (8, [0, 6, 5, 3, 3, 6, 0, 5, 1, 0], [2, 1, 1], 27_682),
            (50, [4, 38, 32, 21, 21, 42, 4, 34, 10, 4], [8, 15, 31], 1_223_632),
            (1000, [89, 773, 654, 438, 433, 858, 85, 697, 201, 94], [923, 43, 136], 499_184_769),
        ] {
            let mut random = Numpy::seeded(42);
            let drawn: Vec<u32> = (0..1000 * bound).map(|_| random.below(bound)).collect();
            assert_eq!(drawn[..10], first);
            assert_eq!(drawn[drawn.len() - 3..], last);
            assert_eq!(drawn.into_iter().map(u64::from).sum::<u64>(), sum);
        }
        assert_eq!(Numpy::seeded(42).below(1), 0);
    }

    #[test]
    fn an_unfair_draw_is_thrown_away_as_numpy_does() {
        // With this bound a third of all draws are unfair.
        let mut random = Numpy::seeded(42);
        let drawn: Vec<u32> = (0..12).map(|_| random.below(2_863_311_531)).collect();
        assert_eq!(drawn, UNFAIR);
    }

    const UNFAIR: [u32; 12] = [
        255_553_285,
        1_874_242_176,
        1_256_645_696,
        1_239_857_517,
        246_089_139,
        1_996_781_918,
        576_870_044,
        1_507_473_330,
        2_793_510_728,
        2_179_380_084,
        2_250_746_988,
        1_469_527_564,
    ];
}
