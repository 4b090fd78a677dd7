//! `W x + U h + b`: what each layer inside a cell computes before its activation, in both written forms.

use candle_core::Tensor;

use crate::Result;
use crate::lstm_cell::Form;
use crate::shape::{self, Dim};
use crate::weights::{Biases, Weights};

impl Weights {
    /// `W x + U h + b` of one block, `[B, H]`, for `x` `[B, D]` and `h` `[B, H]` (`[B, P]` with a projection).
    pub(crate) fn pre_activation(&self, form: Form, block: usize, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        match form {
            Form::Separate => {
                let from_x = self.of_input(block, x)?;
                let from_h = self.of_hidden(block, x, h)?;
                Ok(from_x.add(&from_h)?)
            }
            Form::Concatenated => {
                self.expect_step(x, h)?;
                let w = self.block_of(&self.ih, block)?;
                let u = self.block_of(&self.hh, block)?;
                let w_of_both = Tensor::cat(&[&u, &w], 1)?;
                let h_and_x = Tensor::cat(&[h, x], 1)?;
                let product = h_and_x.matmul(&w_of_both.t()?)?;
                let Some(Biases { ih, hh }) = &self.bias else {
                    return Ok(product);
                };
                let b = self.block_of(ih, block)?.add(&self.block_of(hh, block)?)?;
                Ok(product.broadcast_add(&b)?)
            }
        }
    }

    /// `W x + b_ih` of one block, `[B, H]`.
    pub(crate) fn of_input(&self, block: usize, x: &Tensor) -> Result<Tensor> {
        self.expect_input(x)?;
        let product = x.contiguous()?.matmul(&self.block_of(&self.ih, block)?.t()?)?;
        match &self.bias {
            Some(bias) => Ok(product.broadcast_add(&self.block_of(&bias.ih, block)?)?),
            None => Ok(product),
        }
    }

    /// `U h + b_hh` of one block, `[B, H]`, for the `h` that meets `x`.
    pub(crate) fn of_hidden(&self, block: usize, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.expect_step(x, h)?;
        let product = h.contiguous()?.matmul(&self.block_of(&self.hh, block)?.t()?)?;
        match &self.bias {
            Some(bias) => Ok(product.broadcast_add(&self.block_of(&bias.hh, block)?)?),
            None => Ok(product),
        }
    }

    /// Fails unless `x` is `[B, D]` and `h` `[B, H]` (`[B, P]` with a projection), of the weights' type and device.
    pub(crate) fn expect_step(&self, x: &Tensor, h: &Tensor) -> Result<()> {
        self.expect_input(x)?;
        shape::expect("h", h, &[Dim::Is("B", x.dim(0)?), self.output_dim()])?;
        shape::expect_like("h", h, &self.hh)
    }

    /// Fails unless `values` are `[B, H]`, of the batch given if one is, and of the weights' type and device.
    pub(crate) fn expect_units(&self, argument: &'static str, values: &Tensor, batch: Option<usize>) -> Result<()> {
        let rows = batch.map_or(Dim::Any("B"), |batch| Dim::Is("B", batch));
        shape::expect(argument, values, &[rows, Dim::Is("H", self.hidden_size())])?;
        shape::expect_like(argument, values, &self.hh)
    }

    /// The batch of a sequence `xs`; fails unless that is `[T, B, D]`, of the weights' type and device.
    pub(crate) fn expect_sequence(&self, xs: &Tensor) -> Result<usize> {
        shape::expect("xs", xs, &[Dim::Any("T"), Dim::Any("B"), Dim::Is("D", self.input_size())])?;
        shape::expect_like("xs", xs, &self.ih)?;
        Ok(xs.dim(1)?)
    }

    /// The hidden state `[B, H]` that a sequence `xs` begins from: `h`, or zeros. Fails unless both fit.
    pub(crate) fn start(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<Tensor> {
        let batch = self.expect_sequence(xs)?;
        let Some(h) = h else {
            return self.zeros(batch);
        };
        self.expect_units("h", h, Some(batch))?;
        Ok(h.clone())
    }

    /// A state of zeros, `[batch, H]`.
    pub(crate) fn zeros(&self, batch: usize) -> Result<Tensor> {
        shape::expect_countable("batch", &[batch, self.hidden_size()])?;
        Ok(Tensor::zeros((batch, self.hidden_size()), self.dtype(), self.device())?)
    }

    fn expect_input(&self, x: &Tensor) -> Result<()> {
        shape::expect("x", x, &[Dim::Any("B"), Dim::Is("D", self.input_size())])?;
        shape::expect_like("x", x, &self.ih)
    }
}
