//! A network that turns a series into a few numbers, and those back into the series.

use candle_core::{IndexOp, Module, Tensor};
use candle_nn::{Linear, VarBuilder};

use crate::shape::{self, Dim};
use crate::{Lstm, LstmState, Options, Result};

/// An LSTM reads the series, its last state is squeezed into a code of `Z` numbers, and a second LSTM unfolds the code.
///
/// As in Srivastava, Mansimov and Salakhutdinov (2015) the decoder works from the last step to the first, since the end is
/// what the encoder remembers best. It gets no input but the code: whatever it says, the code has to hold.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, models::AutoEncoder, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = AutoEncoder::new(2, 16, 3, parameters.builder())?;
/// let xs = random::randn((20, 4, 2), &Device::Cpu)?;
/// let code = model.encode(&xs)?;
/// assert_eq!(code.dims(), [4, 3]);
/// assert_eq!(model.decode(&code, 20)?.dims(), [20, 4, 2]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AutoEncoder {
    encoder: Lstm,
    to_code: Linear,
    from_code: Linear,
    decoder: Lstm,
    head: Linear,
}

impl AutoEncoder {
    /// For series of `input_size` (`D`) numbers a step, with `hidden_size` (`H`) units in each LSTM and `code_size` (`Z`)
    /// numbers between them.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) on sizes of zero or beyond all memory;
    /// [`Error::Candle`](crate::Error::Candle) if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, code_size: usize, vb: VarBuilder) -> Result<Self> {
        shape::expect_positive("code_size", code_size)?;
        let options = Options::default();
        Ok(Self {
            encoder: Lstm::new(input_size, hidden_size, options, vb.pp("encoder"))?,
            to_code: candle_nn::linear(hidden_size, code_size, vb.pp("to_code"))?,
            from_code: candle_nn::linear(code_size, 2 * hidden_size, vb.pp("from_code"))?,
            decoder: Lstm::new(code_size, hidden_size, options, vb.pp("decoder"))?,
            head: candle_nn::linear(hidden_size, input_size, vb.pp("head"))?,
        })
    }

    /// The code of each series of `xs` `[T, B, D]`: `[B, Z]`.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) or [`Error::DType`](crate::Error::DType) if `xs` does not fit.
    pub fn encode(&self, xs: &Tensor) -> Result<Tensor> {
        let (_, last) = self.encoder.forward(xs, None)?;
        Ok(self.to_code.forward(&last.h.i(0)?)?)
    }

    /// Series of `steps` (`T`) steps from `code` `[B, Z]`: `[T, B, D]`.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) unless there are steps; [`Error::Shape`](crate::Error::Shape) if the
    /// code does not fit.
    pub fn decode(&self, code: &Tensor, steps: usize) -> Result<Tensor> {
        shape::expect_positive("steps", steps)?;
        shape::expect("code", code, &[Dim::Any("B"), Dim::Is("Z", self.decoder.input_size())])?;
        let state = self.from_code.forward(code)?.chunk(2, 1)?; // h and c, [B, H] each
        let state = LstmState::new(state[0].tanh()?.unsqueeze(0)?, state[1].contiguous()?.unsqueeze(0)?)?;
        let again = code.unsqueeze(0)?.broadcast_as((steps, code.dim(0)?, code.dim(1)?))?.contiguous()?;
        let (outputs, _) = self.decoder.forward(&again, Some(&state))?; // the last step comes first
        Ok(self.head.forward(&outputs.flip(&[0])?)?)
    }

    /// `xs` `[T, B, D]` as it comes back from its code.
    ///
    /// # Errors
    /// Those of [`encode`](AutoEncoder::encode).
    pub fn forward(&self, xs: &Tensor) -> Result<Tensor> {
        self.decode(&self.encode(xs)?, xs.dim(0)?)
    }

    /// The mean squared error of [`forward`](AutoEncoder::forward): a scalar.
    ///
    /// # Errors
    /// Those of [`encode`](AutoEncoder::encode).
    pub fn loss(&self, xs: &Tensor) -> Result<Tensor> {
        Ok(candle_nn::loss::mse(&self.forward(xs)?, xs)?)
    }
}
