//! Adam with decoupled weight decay, whose state can be saved.

use candle_core::backprop::GradStore;
use candle_core::{DType, Result as CandleResult, Var};
use candle_nn::{Optimizer, ParamsAdamW};

use super::adam_in_place::InPlace;
use super::savable::Savable;

/// Adam (Kingma and Ba 2015), with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2): candle-nn's and
/// PyTorch's `AdamW`. Without weight decay it is Adam as published.
///
/// For every variable `θ` with gradient `g`, at update `t = 1, 2, …`:
///
/// ```text
/// m ← β₁ m + (1 − β₁) g            m̂ = m / (1 − β₁ᵗ)
/// v ← β₂ v + (1 − β₂) g²           v̂ = v / (1 − β₂ᵗ)
/// θ ← (1 − lr · weight_decay) θ − lr · m̂ / (√v̂ + eps)
/// ```
///
/// The numbers are those of [`candle_nn::AdamW`], which keeps its moments to itself; these can be read, saved and set. On the
/// CPU in f32 they are changed in place, by all cores.
///
/// ```
/// use candle_nn::{Optimizer, ParamsAdamW};
/// use lstm::{candle_core::{Device, Var}, train::{Adam, Savable}};
/// # use lstm::candle_nn;
///
/// let w = Var::new(&[3f32], &Device::Cpu)?;
/// let mut adam = Adam::new(vec![w.clone()], ParamsAdamW { lr: 0.1, weight_decay: 0.0, ..Default::default() })?;
/// adam.backward_step(&w.sqr()?.sum_all()?)?;
/// assert!((w.to_vec1::<f32>()?[0] - 2.9).abs() < 1e-6); // the first step is of size lr, whatever the gradient's
/// assert_eq!(adam.updates(), 1);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Debug)]
pub struct Adam {
    settings: ParamsAdamW,
    updates: usize,
    moments: Vec<Moments>,
}

/// A variable with the running means of its gradient and of its gradient's square, all of one shape.
#[derive(Debug)]
struct Moments {
    var: Var,
    first: Var,
    second: Var,
}

impl Optimizer for Adam {
    type Config = ParamsAdamW;

    fn new(vars: Vec<Var>, settings: ParamsAdamW) -> CandleResult<Self> {
        let mut moments = Vec::with_capacity(vars.len());
        for var in vars.into_iter().filter(|var| var.dtype().is_float()) {
            let zeros = || Var::zeros(var.shape(), var.dtype(), var.device());
            let (first, second) = (zeros()?, zeros()?);
            moments.push(Moments { var, first, second });
        }
        Ok(Self { settings, updates: 0, moments })
    }

    fn step(&mut self, gradients: &GradStore) -> CandleResult<()> {
        self.updates += 1;
        let ParamsAdamW { lr, beta1, beta2, eps, weight_decay } = self.settings;
        let unbias_first = 1.0 / (1.0 - beta1.powi(self.updates as i32));
        let unbias_second = 1.0 / (1.0 - beta2.powi(self.updates as i32));
        for Moments { var, first, second } in &self.moments {
            let Some(g) = gradients.get(var) else { continue };
            if var.device().is_cpu() && var.dtype() == DType::F32 {
                let step = InPlace { settings: &self.settings, unbias_first, unbias_second };
                step.take(var, first, second, &g.contiguous()?)?;
                continue;
            }
            let m = ((first.as_tensor() * beta1)? + (g * (1.0 - beta1))?)?;
            let v = ((second.as_tensor() * beta2)? + (g.sqr()? * (1.0 - beta2))?)?;
            let direction = ((&m * unbias_first)? / ((&v * unbias_second)?.sqrt()? + eps)?)?;
            let decayed = (var.as_tensor() * (1.0 - lr * weight_decay))?;
            first.set(&m)?;
            second.set(&v)?;
            var.set(&(decayed - (direction * lr)?)?)?;
        }
        Ok(())
    }

    fn learning_rate(&self) -> f64 {
        self.settings.lr
    }

    fn set_learning_rate(&mut self, lr: f64) {
        self.settings.lr = lr;
    }
}

impl Savable for Adam {
    fn kind(&self) -> &'static str {
        "adam"
    }

    fn updates(&self) -> usize {
        self.updates
    }

    fn set_updates(&mut self, updates: usize) {
        self.updates = updates;
    }

    fn state(&self) -> Vec<(String, Var)> {
        let named = self.moments.iter().enumerate();
        named
            .flat_map(|(k, m)| [(format!("{k}.first"), m.first.clone()), (format!("{k}.second"), m.second.clone())])
            .collect()
    }
}
