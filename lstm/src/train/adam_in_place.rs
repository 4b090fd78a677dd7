//! Adam's update in place, on the CPU in f32: the formulas of `Adam` without a tensor for each operation.

use candle_core::{CpuStorage, InplaceOp2, InplaceOp3, Layout, Result, Tensor, Var, bail};
use candle_nn::ParamsAdamW;
use pulp::Arch;
use rayon::prelude::*;

use crate::storage;

/// What messages call it.
const NAME: &str = "adam";
/// How many numbers one task takes.
const CHUNK: usize = 1 << 14;

/// One update.
pub(super) struct InPlace<'a> {
    pub(super) settings: &'a ParamsAdamW,
    /// `1 / (1 − β₁ᵗ)`.
    pub(super) unbias_first: f64,
    /// `1 / (1 − β₂ᵗ)`.
    pub(super) unbias_second: f64,
}

impl InPlace<'_> {
    /// Updates both moments of a variable by its gradient, then the variable. All are contiguous f32; fails unless the
    /// gradient has the variable's shape.
    pub(super) fn take(&self, var: &Var, first: &Var, second: &Var, gradient: &Tensor) -> Result<()> {
        if gradient.shape() != var.shape() {
            bail!("{NAME}: a variable of {:?} has a gradient of {:?}", var.shape(), gradient.shape());
        }
        first.inplace_op2(gradient, &Mean { beta: self.settings.beta1, of: |g| g })?;
        second.inplace_op2(gradient, &Mean { beta: self.settings.beta2, of: |g| g * g })?;
        var.inplace_op3(first, second, self)
    }
}

/// `m ← β m + (1 − β) f(g)`.
struct Mean<F> {
    beta: f64,
    of: F,
}

impl<F: Fn(f32) -> f32 + Sync> InplaceOp2 for Mean<F> {
    fn name(&self) -> &'static str {
        "running mean"
    }

    fn cpu_fwd(&self, m: &mut CpuStorage, m_layout: &Layout, g: &CpuStorage, g_layout: &Layout) -> Result<()> {
        let (m, g) = (numbers_mut(m, m_layout)?, storage::numbers::<f32>(NAME, g, g_layout)?);
        let (kept, new) = (self.beta as f32, (1.0 - self.beta) as f32);
        let arch = Arch::new();
        m.par_chunks_mut(CHUNK).zip(g.par_chunks(CHUNK)).for_each(|(m, g)| {
            arch.dispatch(
                #[inline(always)]
                || m.iter_mut().zip(g).for_each(|(m, &g)| *m = *m * kept + (self.of)(g) * new),
            );
        });
        Ok(())
    }
}

/// `θ ← (1 − lr · weight_decay) θ − lr · m̂ / (√v̂ + eps)`.
impl InplaceOp3 for InPlace<'_> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        var: &mut CpuStorage,
        var_layout: &Layout,
        m: &CpuStorage,
        m_layout: &Layout,
        v: &CpuStorage,
        v_layout: &Layout,
    ) -> Result<()> {
        let (var, m, v) = (
            numbers_mut(var, var_layout)?,
            storage::numbers::<f32>(NAME, m, m_layout)?,
            storage::numbers::<f32>(NAME, v, v_layout)?,
        );
        let ParamsAdamW { lr, eps, weight_decay, .. } = *self.settings;
        let [lr, eps, decay, unbias_first, unbias_second] =
            [lr, eps, 1.0 - lr * weight_decay, self.unbias_first, self.unbias_second].map(|number| number as f32);
        let arch = Arch::new();
        let parts = var.par_chunks_mut(CHUNK).zip(m.par_chunks(CHUNK)).zip(v.par_chunks(CHUNK));
        parts.for_each(|((var, m), v)| {
            arch.dispatch(
                #[inline(always)]
                || {
                    for ((var, &m), &v) in var.iter_mut().zip(m).zip(v) {
                        let direction = m * unbias_first / ((v * unbias_second).sqrt() + eps);
                        *var = *var * decay - direction * lr;
                    }
                },
            );
        });
        Ok(())
    }
}

fn numbers_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let span = storage::span(NAME, layout)?;
    match storage {
        CpuStorage::F32(numbers) => Ok(&mut numbers[span]),
        _ => bail!("{NAME}: its variables must be f32"),
    }
}
