//! The cross entropy of logits, in one pass over them and one back.

use candle_core::{CpuStorage, CustomOp2, CustomOp3, D, DType, Layout, Result as CandleResult, Shape, Tensor, bail};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::fused::exp;
use crate::storage::numbers;
use crate::{Error, Result};

/// The mean over all positions of `-ln softmax(logits)[target]`, in nats: `logits` `[.., V]`, `targets` `[..]` (u32, below
/// `V`).
///
/// The numbers are those of `candle_nn::loss::cross_entropy`. On the CPU in f32 it is an operation of its own: where `V` is
/// some ten thousand words, the passes over the logits that `log_softmax` and its gradient take cost more than an LSTM.
///
/// ```
/// use lstm::{candle_core::{Device, Tensor}, loss};
///
/// let logits = Tensor::zeros((3, 2, 10), lstm::candle_core::DType::F32, &Device::Cpu)?; // [T, B, V]
/// let targets = Tensor::zeros((3, 2), lstm::candle_core::DType::U32, &Device::Cpu)?;
/// let loss = loss::cross_entropy(&logits, &targets)?.to_scalar::<f32>()?;
/// assert!((loss - 10f32.ln()).abs() < 1e-6);
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] unless the shapes fit; [`Error::Candle`] if a target is not below `V`.
pub fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let fits = logits.dims().split_last().is_some_and(|(_, positions)| positions == targets.dims());
    if !fits || logits.elem_count() == 0 {
        let expected = format!("{:?} and V >= 1", targets.dims());
        return Err(Error::Shape { argument: "logits", expected, got: logits.dims().to_vec() });
    }
    let rows = logits.reshape(((), logits.dim(D::Minus1)?))?.contiguous()?; // [N, V]
    let targets = targets.to_dtype(DType::U32)?.flatten_all()?.contiguous()?; // [N]
    if logits.device().is_cpu() && logits.dtype() == DType::F32 {
        return Ok(rows.apply_op2(&targets, RowLosses)?.mean_all()?);
    }
    Ok(candle_nn::loss::cross_entropy(&rows, &targets)?)
}

/// What messages call it.
const NAME: &str = "cross entropy";
/// How many rows one task takes.
const ROWS: usize = 16;

/// `ln Σ eˣ - x[target]` of each row: `[N, V]` and `[N]` to `[N]`.
struct RowLosses;

impl CustomOp2 for RowLosses {
    fn name(&self) -> &'static str {
        "cross-entropy"
    }

    fn cpu_fwd(&self, x: &CpuStorage, l: &Layout, t: &CpuStorage, lt: &Layout) -> CandleResult<(CpuStorage, Shape)> {
        let size = l.dims()[1];
        let (logits, targets) = (numbers::<f32>(NAME, x, l)?, numbers::<u32>(NAME, t, lt)?);
        if let Some(target) = targets.iter().find(|&&target| target as usize >= size) {
            bail!("cross entropy: a target must be below V = {size}, got {target}");
        }
        let mut losses = vec![0f32; targets.len()];
        let arch = Arch::new();
        losses.par_chunks_mut(ROWS).zip(logits.par_chunks(ROWS * size)).zip(targets.par_chunks(ROWS)).for_each(
            |((losses, rows), targets)| {
                for ((loss, row), &target) in losses.iter_mut().zip(rows.chunks(size)).zip(targets) {
                    *loss = arch.dispatch(LogSumExp(row)) - row[target as usize];
                }
            },
        );
        Ok((CpuStorage::F32(losses), Shape::from(targets.len())))
    }

    fn bwd(
        &self,
        logits: &Tensor,
        targets: &Tensor,
        losses: &Tensor,
        gradient: &Tensor,
    ) -> CandleResult<(Option<Tensor>, Option<Tensor>)> {
        let both = Tensor::stack(&[losses, &gradient.contiguous()?], 0)?;
        Ok((Some(logits.detach().apply_op3_no_bwd(&targets.detach(), &both.detach(), &RowGradients)?), None))
    }
}

/// The gradient with respect to the logits, `(softmax(x) - one_hot(target)) · g`: `[N, V]`, `[N]`, and losses and their
/// gradients `[2, N]`, to `[N, V]`.
struct RowGradients;

impl CustomOp3 for RowGradients {
    fn name(&self) -> &'static str {
        "cross-entropy-backward"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        l: &Layout,
        t: &CpuStorage,
        lt: &Layout,
        b: &CpuStorage,
        lb: &Layout,
    ) -> CandleResult<(CpuStorage, Shape)> {
        let size = l.dims()[1];
        let (logits, targets, both) =
            (numbers::<f32>(NAME, x, l)?, numbers::<u32>(NAME, t, lt)?, numbers::<f32>(NAME, b, lb)?);
        let (losses, gradients) = both.split_at(targets.len());
        let mut out = vec![0f32; logits.len()];
        let arch = Arch::new();
        out.par_chunks_mut(ROWS * size).enumerate().for_each(|(chunk, out)| {
            for (k, out) in out.chunks_mut(size).enumerate() {
                let n = chunk * ROWS + k;
                let (row, target) = (&logits[n * size..(n + 1) * size], targets[n] as usize);
                // The loss is ln Σ eˣ - x[target]: the sum need not be computed again.
                let log_sum = losses[n] + row[target];
                arch.dispatch(Softmax { row, log_sum, factor: gradients[n], out });
                out[target] -= gradients[n];
            }
        });
        Ok((CpuStorage::F32(out), l.shape().clone()))
    }
}

/// `ln Σ eˣ` of a row, with the largest taken out first.
struct LogSumExp<'a>(&'a [f32]);

impl WithSimd for LogSumExp<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        let (vectors, rest) = S::as_simd_f32s(self.0);
        let mut largest = simd.splat_f32s(f32::NEG_INFINITY);
        for &x in vectors {
            largest = simd.max_f32s(largest, x);
        }
        let largest = rest.iter().fold(simd.reduce_max_f32s(largest), |a, &b| a.max(b));
        let shift = simd.splat_f32s(largest);
        let mut sum = simd.splat_f32s(0.0);
        for &x in vectors {
            sum = simd.add_f32s(sum, exp(simd, simd.sub_f32s(x, shift)));
        }
        let sum = simd.reduce_sum_f32s(sum) + rest.iter().map(|x| (x - largest).exp()).sum::<f32>();
        // The vectors' `max` and `exp` may pass over a NaN.
        if self.0.iter().fold(false, |any, x| any | x.is_nan()) { f32::NAN } else { largest + sum.ln() }
    }
}

/// `e^(x - log_sum) · factor` for every element of a row.
struct Softmax<'a> {
    row: &'a [f32],
    log_sum: f32,
    factor: f32,
    out: &'a mut [f32],
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (vectors, rest) = S::as_simd_f32s(self.row);
        let (out, out_rest) = S::as_mut_simd_f32s(self.out);
        let (shift, factor) = (simd.splat_f32s(self.log_sum), simd.splat_f32s(self.factor));
        for (out, &x) in out.iter_mut().zip(vectors) {
            *out = simd.mul_f32s(exp(simd, simd.sub_f32s(x, shift)), factor);
        }
        for (out, x) in out_rest.iter_mut().zip(rest) {
            *out = (x - self.log_sum).exp() * self.factor;
        }
    }
}
