//! The simple recurrent cell: `h = f(W x + U h + b)`.

use std::path::Path;

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use crate::shape::{self, Dim};
use crate::state_dict::StateDict;
use crate::{Activation, Result, RnnTrace, init};

/// One layer of an Elman network (Elman 1990), the recurrent network of the lecture, with PyTorch's names and layout:
/// `weight_ih_l0` `[H, D]`, `weight_hh_l0` `[H, H]`, `bias_ih_l0` and `bias_hh_l0` `[H]`.
///
/// ```
/// use lstm::{Activation, Parameters, RnnCell, candle_core::{DType, Device}, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(10, 5, Activation::Tanh, parameters.builder())?;
/// let xs = random::randn((3, 4, 10), &Device::Cpu)?;
/// let (outputs, last) = cell.unroll(&xs, None)?;
/// assert_eq!(outputs.dims(), [3, 4, 5]);
/// assert_eq!(last.dims(), [4, 5]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RnnCell {
    weight_ih: Var,
    weight_hh: Var,
    bias_ih: Var,
    bias_hh: Var,
    activation: Activation,
}

impl RnnCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new ones
    /// start as in PyTorch, evenly spread over ±1/√H. Fails on sizes of zero or beyond all
    /// memory, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, activation: Activation, vb: VarBuilder) -> Result<Self> {
        shape::expect_positive("input_size", input_size)?;
        shape::expect_positive("hidden_size", hidden_size)?;
        shape::expect_countable("hidden_size", &[hidden_size, hidden_size])?;
        shape::expect_countable("input_size", &[hidden_size, input_size])?;
        let init = init::pytorch_default(hidden_size);
        let get = |dims: &[usize], name: &str| -> Result<Var> {
            Ok(Var::from_tensor(&vb.get_with_hints(dims, name, init)?)?)
        };
        Ok(Self {
            weight_ih: get(&[hidden_size, input_size], "weight_ih_l0")?,
            weight_hh: get(&[hidden_size, hidden_size], "weight_hh_l0")?,
            bias_ih: get(&[hidden_size], "bias_ih_l0")?,
            bias_hh: get(&[hidden_size], "bias_hh_l0")?,
            activation,
        })
    }

    /// Reads layer `layer` of a `torch.nn.RNN` from a safetensors file of its `state_dict`, onto `device`. `prefix`
    /// is what the model put before the names: `"rnn"` for `rnn.weight_ih_l0`, `""` for none. The file does not say
    /// the activation. Layers made with `bias=False`, and the names of `torch.nn.RNNCell`, which lack `_l0`, have no
    /// reader. Fails if a tensor is missing (the error lists what the file holds) or mis-shaped.
    pub fn from_pytorch(
        path: impl AsRef<Path>,
        prefix: &str,
        layer: usize,
        activation: Activation,
        device: &Device,
    ) -> Result<Self> {
        let file = StateDict::read(path.as_ref(), device)?;
        let name = |tensor: &str| StateDict::layer_name(prefix, tensor, layer);
        let any = [Dim::Any("H"), Dim::Any("H")];
        let rows = Dim::Is("H", file.tensor(&name("weight_hh"), &any)?.dim(1)?);
        let var =
            |tensor: &str, dims: &[Dim]| -> Result<Var> { Ok(Var::from_tensor(file.tensor(&name(tensor), dims)?)?) };
        Ok(Self {
            weight_ih: var("weight_ih", &[rows, Dim::Any("D")])?,
            weight_hh: var("weight_hh", &[rows, rows])?,
            bias_ih: var("bias_ih", &[rows])?,
            bias_hh: var("bias_hh", &[rows])?,
            activation,
        })
    }

    /// A step: from the input `x` `[B, D]` and the hidden state before it to the hidden state after it, `[B, H]`.
    pub fn forward(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.activation.apply(&self.pre_activation(x, h)?)
    }

    /// `a = W x + U h + b`, `[B, H]`.
    pub fn pre_activation(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        shape::expect("x", x, &[Dim::Any("B"), Dim::Is("D", self.input_size())])?;
        shape::expect_like("x", x, &self.weight_ih)?;
        self.expect_state("h", h, x.dim(0)?)?;
        let from_x = x.contiguous()?.matmul(&self.weight_ih.t()?)?.broadcast_add(&self.bias_ih)?;
        let from_h = h.contiguous()?.matmul(&self.weight_hh.t()?)?.broadcast_add(&self.bias_hh)?;
        Ok(from_x.add(&from_h)?)
    }

    /// Runs over the sequence `xs` `[T, B, D]`, from `h` `[B, H]` or zeros. Returns the hidden state after each step,
    /// `[T, B, H]`, and the last one.
    pub fn unroll(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        let mut h = self.start(xs, h)?;
        let mut outputs = Vec::with_capacity(xs.dim(0)?);
        for t in 0..xs.dim(0)? {
            h = self.forward(&xs.get(t)?, &h)?;
            outputs.push(h.clone());
        }
        Ok((Tensor::stack(&outputs, 0)?, h))
    }

    /// [`unroll`](RnnCell::unroll) with the batch first: `xs` `[B, T, D]`, outputs `[B, T, H]`; the state stays `[B, H]`.
    pub fn unroll_batch_first(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        shape::expect("xs", xs, &[Dim::Any("B"), Dim::Any("T"), Dim::Is("D", self.input_size())])?;
        let (outputs, h) = self.unroll(&xs.transpose(0, 1)?.contiguous()?, h)?;
        Ok((outputs.transpose(0, 1)?.contiguous()?, h))
    }

    /// Like [`unroll`](RnnCell::unroll), but keeps every intermediate value, for looking at: nothing backpropagates
    /// through a trace.
    pub fn trace(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<RnnTrace> {
        let h0 = self.start(xs, h)?.detach();
        let (mut pres, mut hs) = (Vec::new(), Vec::new());
        let mut h = h0.clone();
        for t in 0..xs.dim(0)? {
            let pre = self.pre_activation(&xs.get(t)?, &h)?.detach();
            h = self.activation.apply(&pre)?;
            pres.push(pre);
            hs.push(h.clone());
        }
        Ok(RnnTrace { x: xs.detach(), h0, pre: Tensor::stack(&pres, 0)?, h: Tensor::stack(&hs, 0)? })
    }

    /// The hidden state before the first step, all zeros, `[batch, H]`.
    pub fn zero_state(&self, batch: usize) -> Result<Tensor> {
        shape::expect_countable("batch", &[batch, self.hidden_size()])?;
        Ok(Tensor::zeros((batch, self.hidden_size()), self.dtype(), self.device())?)
    }

    /// `D`, the size of an input vector.
    pub fn input_size(&self) -> usize {
        self.weight_ih.dims()[1]
    }

    /// `H`, the number of hidden units.
    pub fn hidden_size(&self) -> usize {
        self.weight_hh.dims()[1]
    }

    /// `f`.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The element type it computes in.
    pub fn dtype(&self) -> DType {
        self.weight_ih.dtype()
    }

    /// The device that holds its weights.
    pub fn device(&self) -> &Device {
        self.weight_ih.device()
    }

    /// The variables, in PyTorch's order: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
    pub fn vars(&self) -> [Var; 4] {
        [&self.weight_ih, &self.weight_hh, &self.bias_ih, &self.bias_hh].map(Var::clone)
    }

    /// How many numbers it learns, both biases counted as in PyTorch: `H(D + H + 2)`.
    pub fn parameter_count(&self) -> usize {
        self.vars().iter().map(|var| var.elem_count()).sum()
    }

    /// A copy of `W`, the weights from the input `[H, D]`.
    pub fn w(&self) -> Result<Tensor> {
        Ok(self.weight_ih.as_detached_tensor().copy()?)
    }

    /// `b`, the sum of PyTorch's two biases, `[H]`; a copy.
    pub fn b(&self) -> Result<Tensor> {
        Ok(self.bias_ih.as_detached_tensor().add(&self.bias_hh.as_detached_tensor())?)
    }

    /// A copy of `U`, the recurrent weights `[H, H]`.
    pub fn u(&self) -> Result<Tensor> {
        Ok(self.weight_hh.as_detached_tensor().copy()?)
    }

    /// Replaces `W` `[H, D]`, the weights from the input.
    pub fn set_w(&self, w: &Tensor) -> Result<()> {
        let dims = [Dim::Is("H", self.hidden_size()), Dim::Is("D", self.input_size())];
        shape::expect("w", w, &dims)?;
        shape::expect_like("w", w, &self.weight_ih)?;
        Ok(self.weight_ih.set(w)?)
    }

    /// Replaces `U` `[H, H]`, the recurrent weights.
    pub fn set_u(&self, u: &Tensor) -> Result<()> {
        let hidden = Dim::Is("H", self.hidden_size());
        shape::expect("u", u, &[hidden, hidden])?;
        shape::expect_like("u", u, &self.weight_hh)?;
        Ok(self.weight_hh.set(u)?)
    }

    /// Gives every unit the bias `value`: the first of PyTorch's two biases becomes `value`, the second 0.
    pub fn set_bias(&self, value: f64) -> Result<()> {
        shape::expect_finite("value", value)?;
        let zeros = self.bias_hh.zeros_like()?.detach();
        self.bias_ih.set(&zeros.affine(1.0, value)?)?;
        Ok(self.bias_hh.set(&zeros)?)
    }

    /// Checks a sequence and the state given for it; zeros if none is.
    pub(crate) fn start(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<Tensor> {
        let dims = [Dim::Any("T"), Dim::Any("B"), Dim::Is("D", self.input_size())];
        shape::expect("xs", xs, &dims)?;
        shape::expect_like("xs", xs, &self.weight_ih)?;
        let batch = xs.dim(1)?;
        let Some(h) = h else {
            return self.zero_state(batch);
        };
        self.expect_state("h", h, batch)?;
        Ok(h.clone())
    }

    fn expect_state(&self, argument: &'static str, h: &Tensor, batch: usize) -> Result<()> {
        let dims = [Dim::Is("B", batch), Dim::Is("H", self.hidden_size())];
        shape::expect(argument, h, &dims)?;
        shape::expect_like(argument, h, &self.weight_hh)
    }
}
