//! Weights of recurrent layers between Keras' layout and PyTorch's.
//!
//! Keras multiplies from the other side, `x W` for `W x`, so its matrices are transposed: `kernel` `[D, N·H]` and
//! `recurrent_kernel` `[H, N·H]`, one block of columns for each of `N` layers, where PyTorch has `weight_ih`
//! `[N·H, D]` and `weight_hh` `[N·H, H]`, one block of rows. Biases and the order of the blocks differ from layer to
//! layer:
//!
//! | [`Layer`] | Keras' order | PyTorch's order | Keras' `bias` |
//! |---|---|---|---|
//! | `Lstm` | `i, f, c, o` | `i, f, g, o`, the same | `[4H]` |
//! | `Gru` | `z, r, h` | `r, z, n` | `[2, 3H]`: input's, then hidden state's |
//! | `SimpleRnn` | | | `[H]` |
//!
//! PyTorch always has two biases of one shape. Where Keras has one, `bias_ih` becomes that and `bias_hh` zero; on the
//! way back they are added.
//!
//! The converted numbers compute the same function if the Keras layer has its default activations: the sigmoid for
//! gates (Keras 1 and early Keras 2 had `hard_sigmoid`), tanh for the rest.

use std::collections::HashMap;

use candle_core::{D, Tensor};
use candle_nn::VarBuilder;

use crate::Result;
use crate::shape::{self, Dim};

/// A kind of recurrent layer that both libraries have.
///
/// ```
/// use lstm::{keras::{KerasWeights, Layer}, prelude::*};
///
/// let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu);
/// let keras = KerasWeights {
///     kernel: zeros(&[10, 200])?,
///     recurrent_kernel: zeros(&[50, 200])?,
///     bias: zeros(&[200])?,
/// };
/// assert!(keras.to_pytorch(Layer::Lstm).is_ok());
/// assert!(keras.to_pytorch(Layer::SimpleRnn).is_err()); // 200 columns are four blocks of 50
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// `keras.layers.LSTM` and `torch.nn.LSTM`.
    Lstm,
    /// `keras.layers.GRU` with `reset_after=True`, its default, and `torch.nn.GRU`. With `reset_after=False` Keras
    /// resets the hidden state before the product, which PyTorch cannot do; such a layer's bias is `[3H]`, which is
    /// refused.
    Gru,
    /// `keras.layers.SimpleRNN` and `torch.nn.RNN`.
    SimpleRnn,
}

/// The weights of one layer as Keras' `layer.get_weights()` gives them; for a layer with `use_bias=False` put zeros
/// in the place of the bias.
///
/// ```
/// use lstm::keras::{KerasWeights, Layer};
/// use lstm::{LstmCell, candle_core::Device, random};
///
/// let keras = KerasWeights {
///     kernel: random::randn((10, 20), &Device::Cpu)?, // D = 10, 4H = 20
///     recurrent_kernel: random::randn((5, 20), &Device::Cpu)?,
///     bias: random::randn(20, &Device::Cpu)?,
/// };
/// let cell = LstmCell::new(10, 5, keras.to_pytorch(Layer::Lstm)?.builder())?;
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KerasWeights {
    /// `[D, N·H]`.
    pub kernel: Tensor,
    /// `[H, N·H]`.
    pub recurrent_kernel: Tensor,
    /// `[N·H]`; of a GRU `[2, 3H]`.
    pub bias: Tensor,
}

/// The weights of one layer in PyTorch's layout, which is that of this crate's cells.
///
/// ```
/// use lstm::keras::{Layer, PytorchWeights};
/// use lstm::{LstmCell, Parameters, candle_core::{DType, Device}};
///
/// let cell = LstmCell::new(10, 5, Parameters::seeded(1, DType::F32, &Device::Cpu).builder())?;
/// let vars = cell.vars();
/// let [weight_ih, weight_hh, bias_ih, bias_hh] = std::array::from_fn(|n| vars[n].as_tensor().clone());
/// let keras = PytorchWeights { weight_ih, weight_hh, bias_ih, bias_hh }.to_keras(Layer::Lstm)?;
/// assert_eq!((keras.kernel.dims(), keras.bias.dims()), (&[10, 20][..], &[20][..]));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PytorchWeights {
    /// `[N·H, D]`.
    pub weight_ih: Tensor,
    /// `[N·H, H]`.
    pub weight_hh: Tensor,
    /// `[N·H]`.
    pub bias_ih: Tensor,
    /// `[N·H]`.
    pub bias_hh: Tensor,
}

impl Layer {
    /// `N`, the number of layers whose weights are stacked.
    fn blocks(self) -> usize {
        match self {
            Layer::Lstm => 4,
            Layer::Gru => 3,
            Layer::SimpleRnn => 1,
        }
    }

    /// `N·H` as shapes in messages name it.
    fn letters(self) -> &'static str {
        match self {
            Layer::Lstm => "4H",
            Layer::Gru => "3H",
            Layer::SimpleRnn => "H",
        }
    }

    /// Changes the order of the blocks along the dimension `dim`, from either library's to the other's: the exchange
    /// of two blocks is its own inverse.
    fn reorder(self, stacked: &Tensor, dim: D) -> Result<Tensor> {
        match self {
            Layer::Lstm | Layer::SimpleRnn => Ok(stacked.clone()),
            Layer::Gru => {
                let [first, second, third] = [0, 1, 2].map(|block| -> Result<Tensor> {
                    let hidden = stacked.dim(dim)? / 3;
                    Ok(stacked.narrow(dim, block * hidden, hidden)?)
                });
                Ok(Tensor::cat(&[second?, first?, third?], dim)?.contiguous()?)
            }
        }
    }
}

impl KerasWeights {
    /// The same layer in PyTorch's layout, in the same element type and on the same device. Fails if shapes do not fit
    /// `layer` or each other, or on whole numbers.
    pub fn to_pytorch(&self, layer: Layer) -> Result<PytorchWeights> {
        let any = Dim::Any(layer.letters());
        shape::expect("recurrent_kernel", &self.recurrent_kernel, &[Dim::Any("H"), any])?;
        let hidden = self.recurrent_kernel.dim(0)?;
        let columns = Dim::Is(layer.letters(), layer.blocks() * hidden);
        shape::expect("recurrent_kernel", &self.recurrent_kernel, &[Dim::Is("H", hidden), columns])?;
        shape::expect_float("recurrent_kernel", &self.recurrent_kernel)?;
        shape::expect("kernel", &self.kernel, &[Dim::Any("D"), columns])?;
        shape::expect_like("kernel", &self.kernel, &self.recurrent_kernel)?;
        match layer {
            Layer::Gru => shape::expect("bias", &self.bias, &[Dim::Is("biases", 2), columns])?,
            Layer::Lstm | Layer::SimpleRnn => shape::expect("bias", &self.bias, &[columns])?,
        }
        shape::expect_like("bias", &self.bias, &self.recurrent_kernel)?;

        let rows = |kernel: &Tensor| -> Result<Tensor> { Ok(layer.reorder(kernel, D::Minus1)?.t()?.contiguous()?) };
        let bias = layer.reorder(&self.bias, D::Minus1)?;
        let (bias_ih, bias_hh) = match layer {
            Layer::Gru => (bias.get(0)?, bias.get(1)?),
            Layer::Lstm | Layer::SimpleRnn => (bias.clone(), bias.zeros_like()?),
        };
        Ok(PytorchWeights {
            weight_ih: rows(&self.kernel)?,
            weight_hh: rows(&self.recurrent_kernel)?,
            bias_ih,
            bias_hh,
        })
    }
}

impl PytorchWeights {
    /// The same layer in Keras' layout, in the same element type and on the same device. Fails if shapes do not fit
    /// `layer` or each other, or on whole numbers.
    pub fn to_keras(&self, layer: Layer) -> Result<KerasWeights> {
        let any = Dim::Any(layer.letters());
        shape::expect("weight_hh", &self.weight_hh, &[any, Dim::Any("H")])?;
        let hidden = self.weight_hh.dim(1)?;
        let rows = Dim::Is(layer.letters(), layer.blocks() * hidden);
        shape::expect("weight_hh", &self.weight_hh, &[rows, Dim::Is("H", hidden)])?;
        shape::expect_float("weight_hh", &self.weight_hh)?;
        shape::expect("weight_ih", &self.weight_ih, &[rows, Dim::Any("D")])?;
        shape::expect("bias_ih", &self.bias_ih, &[rows])?;
        shape::expect("bias_hh", &self.bias_hh, &[rows])?;
        for (argument, tensor) in
            [("weight_ih", &self.weight_ih), ("bias_ih", &self.bias_ih), ("bias_hh", &self.bias_hh)]
        {
            shape::expect_like(argument, tensor, &self.weight_hh)?;
        }

        let columns = |weight: &Tensor| -> Result<Tensor> { Ok(layer.reorder(&weight.t()?, D::Minus1)?.contiguous()?) };
        let bias = match layer {
            Layer::Gru => Tensor::stack(&[&self.bias_ih, &self.bias_hh], 0)?,
            Layer::Lstm | Layer::SimpleRnn => self.bias_ih.add(&self.bias_hh)?,
        };
        Ok(KerasWeights {
            kernel: columns(&self.weight_ih)?,
            recurrent_kernel: columns(&self.weight_hh)?,
            bias: layer.reorder(&bias, D::Minus1)?,
        })
    }

    /// What a cell of this crate is made from, with PyTorch's names `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0` and
    /// `bias_hh_l0`. The cell gets variables of its own.
    pub fn builder(&self) -> VarBuilder<'static> {
        let named = [
            ("weight_ih_l0", &self.weight_ih),
            ("weight_hh_l0", &self.weight_hh),
            ("bias_ih_l0", &self.bias_ih),
            ("bias_hh_l0", &self.bias_hh),
        ];
        let tensors: HashMap<String, Tensor> =
            named.into_iter().map(|(name, tensor)| (name.to_owned(), tensor.detach())).collect();
        VarBuilder::from_tensors(tensors, self.weight_hh.dtype(), self.weight_hh.device())
    }
}
