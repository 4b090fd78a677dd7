//! What the variants share: matrices stacked in PyTorch's layout, checks of a step's arguments, the loop over time.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{Init, VarBuilder};

use crate::shape::{self, Dim};
use crate::{Activation, LstmState, Result, init};

/// The matrices of some layers, stacked: `weight_ih` `[N·H, D]` and `weight_hh` `[N·H, H]`.
#[derive(Clone, Debug)]
pub(super) struct Matrices {
    pub(super) weight_ih: Var,
    pub(super) weight_hh: Var,
}

impl Matrices {
    /// Matrices of `layers` layers from `vb`, under PyTorch's names; new ones are evenly spread over ±1/√H.
    pub(super) fn new(layers: usize, input_size: usize, hidden_size: usize, vb: &VarBuilder) -> Result<Self> {
        shape::expect_positive("input_size", input_size)?;
        shape::expect_positive("hidden_size", hidden_size)?;
        shape::expect_countable("hidden_size", &[layers, hidden_size, hidden_size])?;
        shape::expect_countable("input_size", &[layers, hidden_size, input_size])?;
        let init = init::pytorch_default(hidden_size);
        Ok(Self {
            weight_ih: var(vb, &[layers * hidden_size, input_size], "weight_ih_l0", init)?,
            weight_hh: var(vb, &[layers * hidden_size, hidden_size], "weight_hh_l0", init)?,
        })
    }

    pub(super) fn input_size(&self) -> usize {
        self.weight_ih.dims()[1]
    }

    pub(super) fn hidden_size(&self) -> usize {
        self.weight_hh.dims()[1]
    }

    pub(super) fn dtype(&self) -> DType {
        self.weight_hh.dtype()
    }

    pub(super) fn device(&self) -> &Device {
        self.weight_hh.device()
    }

    /// All zeros, for `batch` sequences.
    pub(super) fn zero_state(&self, batch: usize) -> Result<LstmState> {
        shape::expect_countable("batch", &[batch, self.hidden_size()])?;
        let zeros = Tensor::zeros((batch, self.hidden_size()), self.dtype(), self.device())?;
        Ok(LstmState { h: zeros.clone(), c: zeros })
    }

    /// Checks the input `x` `[B, D]` of a step and the hidden state `h` `[B, H]` before it.
    pub(super) fn expect_step(&self, x: &Tensor, h: &Tensor) -> Result<()> {
        shape::expect("x", x, &[Dim::Any("B"), Dim::Is("D", self.input_size())])?;
        shape::expect_like("x", x, &self.weight_ih)?;
        self.expect_units("h", h, Some(x.dim(0)?))
    }

    /// Checks `[B, H]`, for any batch or the one given.
    pub(super) fn expect_units(&self, argument: &'static str, values: &Tensor, batch: Option<usize>) -> Result<()> {
        let rows = batch.map_or(Dim::Any("B"), |batch| Dim::Is("B", batch));
        shape::expect(argument, values, &[rows, Dim::Is("H", self.hidden_size())])?;
        shape::expect_like(argument, values, &self.weight_hh)
    }

    /// The rows of a stacked weight or bias that belong to one layer.
    pub(super) fn block_of(&self, stacked: &Tensor, block: usize) -> Result<Tensor> {
        let hidden = self.hidden_size();
        Ok(stacked.narrow(0, block * hidden, hidden)?)
    }

    /// `c = f ∘ c_prev + i ∘ c̃`, all `[B, H]`.
    pub(super) fn update(&self, f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
        self.expect_units("f", f, None)?;
        let batch = Some(f.dim(0)?);
        self.expect_units("c_prev", c_prev, batch)?;
        self.expect_units("i", i, batch)?;
        self.expect_units("candidate", candidate, batch)?;
        let kept = f.mul(c_prev)?;
        let stored = i.mul(candidate)?;
        Ok(kept.add(&stored)?)
    }

    /// `h = o ∘ tanh(c)`, all `[B, H]`.
    pub(super) fn hidden(&self, o: &Tensor, c: &Tensor) -> Result<Tensor> {
        self.expect_units("o", o, None)?;
        self.expect_units("c", c, Some(o.dim(0)?))?;
        Ok(o.mul(&Activation::Tanh.apply(c)?)?)
    }

    /// Takes `step` over the sequence `xs` `[T, B, D]`, from `state` or zeros: all outputs `[T, B, H]`, and the last
    /// state.
    pub(super) fn unroll(
        &self,
        xs: &Tensor,
        state: Option<&LstmState>,
        step: impl Fn(&Tensor, &LstmState) -> Result<LstmState>,
    ) -> Result<(Tensor, LstmState)> {
        shape::expect("xs", xs, &[Dim::Any("T"), Dim::Any("B"), Dim::Is("D", self.input_size())])?;
        shape::expect_like("xs", xs, &self.weight_ih)?;
        let (steps, batch, _) = xs.dims3()?;
        let mut state = match state {
            Some(state) => {
                self.expect_units("state.h", &state.h, Some(batch))?;
                self.expect_units("state.c", &state.c, Some(batch))?;
                state.clone()
            }
            None => self.zero_state(batch)?,
        };
        let mut outputs = Vec::with_capacity(steps);
        for t in 0..steps {
            state = step(&xs.get(t)?, &state)?;
            outputs.push(state.h.clone());
        }
        Ok((Tensor::stack(&outputs, 0)?, state))
    }
}

/// Matrices with PyTorch's two biases, `bias_ih` and `bias_hh` `[N·H]`.
#[derive(Clone, Debug)]
pub(super) struct Layers {
    pub(super) matrices: Matrices,
    pub(super) bias_ih: Var,
    pub(super) bias_hh: Var,
}

impl Layers {
    pub(super) fn new(layers: usize, input_size: usize, hidden_size: usize, vb: &VarBuilder) -> Result<Self> {
        let matrices = Matrices::new(layers, input_size, hidden_size, vb)?;
        let init = init::pytorch_default(hidden_size);
        Ok(Self {
            matrices,
            bias_ih: var(vb, &[layers * hidden_size], "bias_ih_l0", init)?,
            bias_hh: var(vb, &[layers * hidden_size], "bias_hh_l0", init)?,
        })
    }

    /// `W x + U h + b` of one layer, `[B, H]`.
    pub(super) fn pre_activation(&self, block: usize, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        let of = |stacked: &Var| self.matrices.block_of(stacked, block);
        self.matrices.expect_step(x, h)?;
        let from_x = x.contiguous()?.matmul(&of(&self.matrices.weight_ih)?.t()?)?.broadcast_add(&of(&self.bias_ih)?)?;
        let from_h = h.contiguous()?.matmul(&of(&self.matrices.weight_hh)?.t()?)?.broadcast_add(&of(&self.bias_hh)?)?;
        Ok(from_x.add(&from_h)?)
    }

    /// `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
    pub(super) fn vars(&self) -> [Var; 4] {
        [&self.matrices.weight_ih, &self.matrices.weight_hh, &self.bias_ih, &self.bias_hh].map(Var::clone)
    }
}

/// A variable of `vb`: the one that has that name, or a new one that starts as `init` says.
pub(super) fn var(vb: &VarBuilder, dims: &[usize], name: &str, init: Init) -> Result<Var> {
    Ok(Var::from_tensor(&vb.get_with_hints(dims, name, init)?)?)
}
