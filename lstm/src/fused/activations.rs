//! The sigmoid and tanh of f32 vectors, right to a few units in the last place.

use pulp::Simd;

/// `σ(a) = 1 / (1 + e⁻ᵃ)`.
#[inline(always)]
pub(super) fn sigmoid<S: Simd>(simd: S, a: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let e = exp(simd, simd.neg_f32s(a));
    or_nan(simd, a, simd.div_f32s(one, simd.add_f32s(one, e)))
}

/// `tanh a`: near 0 a polynomial, elsewhere `1 - 2 / (e²ᵃ + 1)`, as in Moshier's Cephes library.
#[inline(always)]
pub(super) fn tanh<S: Simd>(simd: S, a: S::f32s) -> S::f32s {
    let sign = simd.splat_f32s(-0.0);
    let one = simd.splat_f32s(1.0);
    let two = simd.splat_f32s(2.0);
    let size = simd.abs_f32s(a);

    let square = simd.mul_f32s(a, a);
    let mut sum = simd.splat_f32s(-5.704_988_7e-3);
    for coefficient in [2.063_909e-2, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328e-1] {
        sum = simd.mul_add_e_f32s(sum, square, simd.splat_f32s(coefficient));
    }
    // As a product it keeps the sign of -0.
    let near = simd.mul_f32s(simd.mul_add_e_f32s(sum, square, one), a);

    let e = exp(simd, simd.mul_f32s(size, two));
    let magnitude = simd.sub_f32s(one, simd.div_f32s(two, simd.add_f32s(e, one)));
    let far = simd.or_f32s(magnitude, simd.and_f32s(a, sign));
    or_nan(simd, a, simd.select_f32s(simd.less_than_f32s(size, simd.splat_f32s(0.625)), near, far))
}

/// `eᵃ = 2ⁿ eʳ` with `n` whole and `|r| <= ln 2 / 2`. What would not fit an f32 becomes about 10^±38; for NaN any number.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, a: S::f32s) -> S::f32s {
    // Adding it leaves a sum's whole part in the lowest bits.
    const TO_WHOLE: f32 = 12_582_912.0;
    // ln 2 in two parts, the first short enough for n times it to be exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let a = simd.max_f32s(simd.min_f32s(a, simd.splat_f32s(88.3)), simd.splat_f32s(-87.3));
    let shifted = simd.mul_add_e_f32s(a, simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(TO_WHOLE));
    let n = simd.sub_f32s(shifted, simd.splat_f32s(TO_WHOLE));
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2_HIGH), a);
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2_LOW), r);

    let mut sum = simd.splat_f32s(1.987_569_1e-4);
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5, 1.0, 1.0] {
        sum = simd.mul_add_e_f32s(sum, r, simd.splat_f32s(coefficient));
    }
    let exponent = simd.add_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(127));
    let power = simd.wrapping_dyn_shl_u32s(exponent, simd.splat_u32s(23));
    simd.mul_f32s(sum, simd.transmute_f32s_u32s(power))
}

/// `value` where `a` is a number, NaN where it is not.
#[inline(always)]
fn or_nan<S: Simd>(simd: S, a: S::f32s, value: S::f32s) -> S::f32s {
    simd.select_f32s(simd.equal_f32s(a, a), value, a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::{Arch, WithSimd};

    struct Both<'a>(&'a [f32]);

    impl WithSimd for Both<'_> {
        type Output = Vec<(f32, f32)>;

        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let mut results = Vec::new();
            for some in self.0.chunks(S::F32_LANES) {
                let a = simd.partial_load_f32s(some);
                let mut both = [vec![0.0; some.len()], vec![0.0; some.len()]];
                simd.partial_store_f32s(&mut both[0], sigmoid(simd, a));
                simd.partial_store_f32s(&mut both[1], tanh(simd, a));
                results.extend(both[0].iter().copied().zip(both[1].iter().copied()));
            }
            results
        }
    }

    #[test]
    fn they_are_right_everywhere() {
        let inputs: Vec<f32> = (-400_000..=400_000).map(|n| n as f32 * 1e-4).collect();
        for arch in [Arch::new(), Arch::Scalar] {
            for (&a, (s, t)) in inputs.iter().zip(arch.dispatch(Both(&inputs))) {
                let x = f64::from(a);
                let (exact_s, exact_t) = (1.0 / (1.0 + (-x).exp()), x.tanh());
                assert!((f64::from(s) - exact_s).abs() <= 3e-7 * exact_s, "sigmoid({a}) = {s}, not {exact_s}");
                assert!((f64::from(t) - exact_t).abs() <= 3e-7 * exact_t.abs(), "tanh({a}) = {t}, not {exact_t}");
            }
        }
    }

    #[test]
    fn they_end_well() {
        let inputs = [f32::NEG_INFINITY, -1e30, -100.0, -0.0, 100.0, 1e30, f32::INFINITY, f32::NAN];
        for arch in [Arch::new(), Arch::Scalar] {
            let results = arch.dispatch(Both(&inputs));
            for (index, sign) in [(0, -1.0), (1, -1.0), (2, -1.0), (4, 1.0), (5, 1.0), (6, 1.0)] {
                let (s, t) = results[index];
                assert!((s - (sign + 1.0) / 2.0).abs() < 1e-37, "{s}");
                assert_eq!(t, sign);
            }
            assert_eq!((results[3].0, results[3].1.to_bits()), (0.5, (-0.0f32).to_bits()));
            assert!(results[7].0.is_nan() && results[7].1.is_nan());
        }
    }
}
