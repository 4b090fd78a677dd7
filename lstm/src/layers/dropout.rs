//! Dropout between layers: numbers set to zero at random in training, the others made larger in return.

use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result as CandleResult, Shape, Tensor, WithDType, bail};
use pulp::Arch;
use rayon::prelude::*;

use crate::{Result, random, storage};

/// Each number of `xs` becomes 0 with probability `dropout`, in [0, 1), and is divided by `1 - dropout` otherwise, so
/// that its expected value stays (Srivastava et al. 2014). Draws one seed from the process-wide generator; which numbers
/// are dropped depends on it alone, not on the element type, the device or the threads.
pub(crate) fn drop(xs: &Tensor, dropout: f64) -> Result<Tensor> {
    let seed = random::process_wide().next_seed();
    Mask { seed, dropout }.over(xs)
}

/// Which numbers are dropped. As an operation it needs no memory: its gradient passes the same mask.
#[derive(Clone)]
struct Mask {
    seed: u64,
    dropout: f64,
}

/// How many numbers share a block of random bits.
const BLOCK: usize = 512;
/// How many numbers one task takes, in whole blocks.
const CHUNK: usize = 32 * BLOCK;

impl Mask {
    fn over(self, xs: &Tensor) -> Result<Tensor> {
        if xs.device().is_cpu() && matches!(xs.dtype(), DType::F32 | DType::F64) {
            return Ok(xs.contiguous()?.apply_op1(self)?);
        }
        let count = xs.elem_count();
        let factors = match xs.dtype() {
            DType::F64 => Tensor::from_vec(self.of(&vec![1f64; count]), xs.shape(), xs.device())?,
            other => Tensor::from_vec(self.of(&vec![1f32; count]), xs.shape(), xs.device())?.to_dtype(other)?,
        };
        Ok(xs.mul(&factors)?)
    }

    /// The numbers behind the mask.
    fn of<T: WithDType>(&self, xs: &[T]) -> Vec<T> {
        let kept = T::from_f64(1.0 / (1.0 - self.dropout));
        let threshold = (self.dropout * 2f64.powi(32)) as u32;
        let mut ys = vec![T::zero(); xs.len()];
        let arch = Arch::new();
        ys.par_chunks_mut(CHUNK).zip(xs.par_chunks(CHUNK)).enumerate().for_each(|(chunk, (ys, xs))| {
            arch.dispatch(
                #[inline(always)]
                || {
                    let mut bits = [0; BLOCK];
                    for (block, (ys, xs)) in ys.chunks_mut(BLOCK).zip(xs.chunks(BLOCK)).enumerate() {
                        self.fill((chunk * CHUNK / BLOCK + block) as u64, &mut bits);
                        for ((y, &x), &bits) in ys.iter_mut().zip(xs).zip(&bits) {
                            let larger = x * kept;
                            *y = if bits >= threshold { larger } else { T::zero() };
                        }
                    }
                },
            );
        });
        ys
    }

    /// The random bits of a block, 32 for each number: SplitMix64 (Steele, Lea and Flood 2014), whose stream can be
    /// entered anywhere.
    #[inline(always)]
    fn fill(&self, block: u64, bits: &mut [u32; BLOCK]) {
        let (low, high) = bits.split_at_mut(BLOCK / 2);
        let first = block * (BLOCK / 2) as u64 + 1;
        for ((n, low), high) in (first..).zip(low).zip(high) {
            let mut random = self.seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            random = (random ^ (random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            random = (random ^ (random >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            random ^= random >> 31;
            *low = random as u32;
            *high = (random >> 32) as u32;
        }
    }
}

impl CustomOp1 for Mask {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, numbers: &CpuStorage, layout: &Layout) -> CandleResult<(CpuStorage, Shape)> {
        let span = storage::span(self.name(), layout)?;
        let ys = match numbers {
            CpuStorage::F32(xs) => CpuStorage::F32(self.of(&xs[span])),
            CpuStorage::F64(xs) => CpuStorage::F64(self.of(&xs[span])),
            _ => bail!("dropout: the input must be f32 or f64"),
        };
        Ok((ys, layout.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, gradient: &Tensor) -> CandleResult<Option<Tensor>> {
        Ok(Some(gradient.contiguous()?.apply_op1(self.clone())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    #[test]
    fn the_share_is_right_the_mean_stays_and_neighbours_are_independent() {
        let mask = Mask { seed: 3, dropout: 0.3 };
        let count = 1_000_001;
        let ys = mask.of(&vec![1f64; count]);
        let dropped = ys.iter().filter(|&&y| y == 0.0).count() as f64 / count as f64;
        let both = ys.windows(2).filter(|pair| pair == &[0.0, 0.0]).count() as f64 / count as f64;
        assert!((dropped - 0.3).abs() < 0.003 && (both - 0.09).abs() < 0.003, "{dropped}, {both}");
        assert!((ys.iter().sum::<f64>() / count as f64 - 1.0).abs() < 0.003);
        assert_eq!(mask.of(&vec![1f32; count]).iter().map(|&y| y > 0.0).collect::<Vec<_>>(), {
            ys.iter().map(|&y| y > 0.0).collect::<Vec<_>>()
        });
    }

    #[test]
    fn the_gradient_passes_where_the_number_passed() -> Result<()> {
        let xs = Var::from_tensor(&random::Generator::new(1).randn((50, 7), DType::F32, &Device::Cpu)?)?;
        let ys = Mask { seed: 4, dropout: 0.5 }.over(&xs.t()?)?; // not contiguous
        let gradient = ys.sum_all()?.backward()?.get(&xs).unwrap().t()?.contiguous()?;
        assert_eq!(ys.dims(), gradient.dims());
        let twice = (xs.t()? * &gradient)?;
        assert_eq!(ys.to_vec2::<f32>()?, twice.to_vec2::<f32>()?);
        Ok(())
    }

    #[test]
    fn every_type_has_the_same_mask() -> Result<()> {
        let mask = Mask { seed: 5, dropout: 0.25 };
        let ones = Tensor::ones((40, 30), DType::F32, &Device::Cpu)?;
        let kept = |dtype| -> Result<Vec<bool>> {
            let ys = mask.clone().over(&ones.to_dtype(dtype)?)?.to_dtype(DType::F32)?;
            Ok(ys.flatten_all()?.to_vec1::<f32>()?.into_iter().map(|number| number > 0.0).collect())
        };
        let single = kept(DType::F32)?;
        assert_eq!(single, kept(DType::F64)?);
        assert_eq!(single, kept(DType::BF16)?);
        Ok(())
    }
}
