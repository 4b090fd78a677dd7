//! The numbers that the fused operation computes with, f32 and f64, as vectors of the machine's width.

use candle_core::WithDType;
use pulp::{MemMask, Simd, bytemuck};

use super::activations;
use super::buffer::Shelf;

/// An element type with its vector operations. A vector holds [`lanes`](Element::lanes) numbers.
pub(super) trait Element: WithDType + 'static {
    type Vector<S: Simd>: Copy;

    fn lanes<S: Simd>() -> usize;
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// The numbers of `from`, at most a vector full; 0 for the lanes that it lacks.
    fn load<S: Simd>(simd: S, from: &[Self]) -> Self::Vector<S>;
    /// The inverse of `load`.
    fn store<S: Simd>(simd: S, to: &mut [Self], value: Self::Vector<S>);
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    fn minus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    fn times<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// `a b + c`, rounded once where the machine can.
    fn times_plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    fn sigmoid<S: Simd>(simd: S, a: Self::Vector<S>) -> Self::Vector<S>;
    fn tanh<S: Simd>(simd: S, a: Self::Vector<S>) -> Self::Vector<S>;
    /// `value` where `test` is not 0 or below: NaN passes.
    fn unless_negative<S: Simd>(simd: S, test: Self::Vector<S>, value: Self::Vector<S>) -> Self::Vector<S>;

    /// Where its buffers wait for their next use.
    fn shelf() -> &'static Shelf<Self>;
}

/// A mask of the first `count` lanes of f32. pulp's own partial loads and stores call a function for each width, which takes
/// long beside a step of few units.
#[inline(always)]
fn first_lanes<S: Simd>(simd: S, count: usize) -> MemMask<S::m32s> {
    const NUMBERS: [u32; 64] = {
        let mut numbers = [0; 64];
        let mut lane = 0;
        while lane < 64 {
            numbers[lane] = lane as u32;
            lane += 1;
        }
        numbers
    };
    simd.less_than_u32s(S::as_simd_u32s(&NUMBERS).0[0], simd.splat_u32s(count as u32)).into()
}

impl Element for f32 {
    type Vector<S: Simd> = S::f32s;

    #[inline(always)]
    fn lanes<S: Simd>() -> usize {
        S::F32_LANES
    }

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: f32) -> S::f32s {
        simd.splat_f32s(value)
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, from: &[f32]) -> S::f32s {
        match S::as_simd_f32s(from).0 {
            [whole, ..] => *whole,
            // SAFETY: the mask passes as many lanes as there are numbers.
            [] => unsafe { simd.mask_load_ptr_f32s(first_lanes(simd, from.len()), from.as_ptr()) },
        }
    }

    #[inline(always)]
    fn store<S: Simd>(simd: S, to: &mut [f32], value: S::f32s) {
        if to.len() >= S::F32_LANES {
            S::as_mut_simd_f32s(to).0[0] = value;
        } else {
            // SAFETY: the mask passes as many lanes as there are numbers.
            unsafe { simd.mask_store_ptr_f32s(first_lanes(simd, to.len()), to.as_mut_ptr(), value) };
        }
    }

    #[inline(always)]
    fn plus<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
        simd.add_f32s(a, b)
    }

    #[inline(always)]
    fn minus<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
        simd.sub_f32s(a, b)
    }

    #[inline(always)]
    fn times<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
        simd.mul_f32s(a, b)
    }

    #[inline(always)]
    fn times_plus<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        simd.mul_add_e_f32s(a, b, c)
    }

    #[inline(always)]
    fn sigmoid<S: Simd>(simd: S, a: S::f32s) -> S::f32s {
        activations::sigmoid(simd, a)
    }

    #[inline(always)]
    fn tanh<S: Simd>(simd: S, a: S::f32s) -> S::f32s {
        activations::tanh(simd, a)
    }

    #[inline(always)]
    fn unless_negative<S: Simd>(simd: S, test: S::f32s, value: S::f32s) -> S::f32s {
        let zero = simd.splat_f32s(0.0);
        simd.select_f32s(simd.less_than_or_equal_f32s(test, zero), zero, value)
    }

    fn shelf() -> &'static Shelf<f32> {
        static SHELF: Shelf<f32> = Shelf::new();
        &SHELF
    }
}

/// The scalar functions of the standard library do for f64, which is there to be exact.
#[inline(always)]
fn each<S: Simd>(mut vector: S::f64s, function: impl Fn(f64) -> f64) -> S::f64s {
    for lane in bytemuck::cast_slice_mut::<S::f64s, f64>(std::slice::from_mut(&mut vector)) {
        *lane = function(*lane);
    }
    vector
}

impl Element for f64 {
    type Vector<S: Simd> = S::f64s;

    #[inline(always)]
    fn lanes<S: Simd>() -> usize {
        S::F64_LANES
    }

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: f64) -> S::f64s {
        simd.splat_f64s(value)
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, from: &[f64]) -> S::f64s {
        match S::as_simd_f64s(from).0 {
            [whole, ..] => *whole,
            [] => simd.partial_load_f64s(from),
        }
    }

    #[inline(always)]
    fn store<S: Simd>(simd: S, to: &mut [f64], value: S::f64s) {
        if to.len() >= S::F64_LANES {
            S::as_mut_simd_f64s(to).0[0] = value;
        } else {
            simd.partial_store_f64s(to, value);
        }
    }

    #[inline(always)]
    fn plus<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> S::f64s {
        simd.add_f64s(a, b)
    }

    #[inline(always)]
    fn minus<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> S::f64s {
        simd.sub_f64s(a, b)
    }

    #[inline(always)]
    fn times<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> S::f64s {
        simd.mul_f64s(a, b)
    }

    #[inline(always)]
    fn times_plus<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        simd.mul_add_e_f64s(a, b, c)
    }

    #[inline(always)]
    fn sigmoid<S: Simd>(_: S, a: S::f64s) -> S::f64s {
        each::<S>(a, |a| 1.0 / (1.0 + (-a).exp()))
    }

    #[inline(always)]
    fn tanh<S: Simd>(_: S, a: S::f64s) -> S::f64s {
        each::<S>(a, f64::tanh)
    }

    #[inline(always)]
    fn unless_negative<S: Simd>(simd: S, test: S::f64s, value: S::f64s) -> S::f64s {
        let zero = simd.splat_f64s(0.0);
        simd.select_f64s(simd.less_than_or_equal_f64s(test, zero), zero, value)
    }

    fn shelf() -> &'static Shelf<f64> {
        static SHELF: Shelf<f64> = Shelf::new();
        &SHELF
    }
}
