//! A recurrent network of which only the last layer is learned.

use candle_core::{DType, Device, Tensor};

use super::ridge::ridge;
use crate::shape::{self, Dim};
use crate::{Activation, Error, Parameters, Result, Rnn, init, random};

/// An echo state network (Jaeger 2001): random recurrent units that are never trained, and a linear readout that is solved
/// for, without any gradient.
///
/// The recurrent weights have a spectral radius chosen by hand ([`init::echo_state`]), so that what was heard echoes in the
/// units for a while; the readout picks from the echoes what the task needs. Its weights are those of ridge regression, in
/// f64.
///
/// ```
/// use lstm::{candle_core::Device, models::EchoState, tasks::DelayedEcho};
///
/// lstm::random::seed(1);
/// let mut network = EchoState::new(1, 100, 0.9, 0.1)?;
/// let batch = DelayedEcho::seeded(1, 400, 3)?.batch(1, &Device::Cpu)?;
/// network.fit(&batch.xs, &batch.targets, 20, 1e-6)?; // the first 20 steps do not count
/// assert_eq!(network.forward(&batch.xs)?.dims(), [400, 1, 1]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct EchoState {
    reservoir: Rnn,
    /// `[H + 1, O]` in f64; the last row is the bias.
    readout: Option<Tensor>,
}

impl EchoState {
    /// `units` (`H`) units that hear `input_size` (`D`) numbers a step, with recurrent weights of that spectral `radius`, a
    /// tenth of them not zero, and input weights spread evenly over ±`input_scale`. The numbers come from the process-wide
    /// generator.
    ///
    /// Below a radius of 1, echoes fade; the nearer to 1, the longer they last. Louder inputs drive the units into the flat
    /// ends of tanh, which shortens the memory.
    ///
    /// # Errors
    /// [`Error::Argument`] on sizes of zero, unless `input_scale` is above 0 and `radius` at least 0, both finite, and if
    /// so few units have no cycle among them.
    pub fn new(input_size: usize, units: usize, radius: f64, input_scale: f64) -> Result<Self> {
        shape::expect_above_zero("input_scale", input_scale)?;
        let (dtype, cpu) = (DType::F32, Device::Cpu);
        let parameters = Parameters::new(dtype, &cpu);
        let options = crate::Options::default().bias(false);
        let reservoir = Rnn::new(input_size, units, Activation::Tanh, options, parameters.builder())?;
        let cell = reservoir.cell(0)?;
        cell.set_u(&init::echo_state(units, radius, 0.1, dtype, &cpu)?)?;
        cell.set_w(&random::uniform(-input_scale..input_scale, (units, input_size), &cpu)?)?;
        Ok(Self { reservoir, readout: None })
    }

    /// What echoes in the units over `xs` `[T, B, D]`: `[T, B, H]`.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::DType`] if `xs` does not fit.
    pub fn echoes(&self, xs: &Tensor) -> Result<Tensor> {
        Ok(self.reservoir.forward(xs, None)?.0.detach())
    }

    /// Solves for the readout that gives `targets` `[T, B, O]` from `xs` `[T, B, D]`, with the penalty `ridge` ≥ 0 on its
    /// squared weights. The first `washout` steps, fewer than `T`, do not count: in them the units still know that they
    /// began from zero.
    ///
    /// # Errors
    /// [`Error::Shape`] if `xs` or `targets` do not fit; [`Error::Argument`] on a penalty that is not finite or below 0,
    /// without a step that counts, and where there is no single solution.
    pub fn fit(&mut self, xs: &Tensor, targets: &Tensor, washout: usize, ridge_penalty: f64) -> Result<()> {
        shape::expect_at_least_zero("ridge_penalty", ridge_penalty)?;
        let echoes = self.echoes(xs)?;
        let (steps, size, _) = echoes.dims3()?;
        shape::expect("targets", targets, &[Dim::Is("T", steps), Dim::Is("B", size), Dim::Any("O")])?;
        shape::expect_positive("T - washout", steps.saturating_sub(washout))?;
        let counted = |all: &Tensor| all.narrow(0, washout, steps - washout)?.flatten(0, 1);
        let targets = counted(targets)?.contiguous()?;
        self.readout = Some(ridge(&with_one(&counted(&echoes)?)?, &targets, ridge_penalty)?);
        Ok(())
    }

    /// What the readout says over `xs` `[T, B, D]`: `[T, B, O]` in f32.
    ///
    /// # Errors
    /// [`Error::Argument`] before [`fit`](EchoState::fit), and those of [`echoes`](EchoState::echoes).
    pub fn forward(&self, xs: &Tensor) -> Result<Tensor> {
        let Some(readout) = &self.readout else {
            return Err(Error::Argument {
                argument: "readout",
                expected: "solved for by `fit` first".to_owned(),
                got: "none".to_owned(),
            });
        };
        let echoes = self.echoes(xs)?;
        let (steps, size, _) = echoes.dims3()?;
        let said = with_one(&echoes.flatten(0, 1)?)?.matmul(readout)?; // [T·B, O]
        Ok(said.reshape((steps, size, ()))?.to_dtype(DType::F32)?)
    }
}

/// `rows` `[N, H]` in f64 with a column of ones, for the bias: `[N, H + 1]`.
fn with_one(rows: &Tensor) -> Result<Tensor> {
    let rows = rows.to_dtype(DType::F64)?;
    let ones = Tensor::ones((rows.dim(0)?, 1), DType::F64, rows.device())?;
    Ok(Tensor::cat(&[&rows, &ones], 1)?)
}
