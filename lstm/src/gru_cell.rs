//! The gated recurrent unit: two gates and one state, opened up gate by gate.

use std::path::Path;

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use crate::gate::Override;
use crate::shape::{self, Dim};
use crate::state_dict::StateDict;
use crate::weights::{Stacked, Weights};
use crate::{Activation, CellOptions, Form, GateWeights, GruTrace, Place, Result};

/// A layer inside a [`GruCell`]. The discriminant is its block in PyTorch's stacked weights.
///
/// ```
/// use lstm::GruGate;
///
/// assert_eq!(GruGate::PYTORCH_ORDER.map(GruGate::symbol), ["r", "z", "n"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GruGate {
    /// `r`, the reset gate: how much of the old state the candidate sees.
    Reset = 0,
    /// `z`, the update gate: how much of the old state stays.
    Update = 1,
    /// `n`, the candidate for the new state.
    Candidate = 2,
}

impl GruGate {
    /// The three in the order of PyTorch's stacked weights: reset, update, candidate.
    pub const PYTORCH_ORDER: [GruGate; 3] = [GruGate::Reset, GruGate::Update, GruGate::Candidate];

    /// PyTorch's letter: `r`, `z` or `n`.
    pub fn symbol(self) -> &'static str {
        match self {
            GruGate::Reset => "r",
            GruGate::Update => "z",
            GruGate::Candidate => "n",
        }
    }

    /// The name in words: `reset gate`, `update gate` or `candidate`.
    pub fn name(self) -> &'static str {
        match self {
            GruGate::Reset => "reset gate",
            GruGate::Update => "update gate",
            GruGate::Candidate => "candidate",
        }
    }

    /// Its block in PyTorch's stacked weights: rows `block · H .. (block + 1) · H`.
    pub fn block(self) -> usize {
        self as usize
    }
}

/// One layer of gated recurrent units (Cho et al. 2014), the readable definition of it.
///
/// The equations are those of PyTorch's `torch.nn.GRU`. They differ from the paper's in one place: the reset gate
/// acts on `U_n h + b_hn`, after the product, where the paper has `U_n (r ∘ h)`.
///
/// - `r = σ(W_r x + b_ir + U_r h + b_hr)`
/// - `z = σ(W_z x + b_iz + U_z h + b_hz)`
/// - `n = tanh(W_n x + b_in + r ∘ (U_n h + b_hn))`
/// - `h' = (1 − z) ∘ n + z ∘ h`
///
/// Weights have PyTorch's names, layout and gate order (`r, z, n` stacked): `weight_ih_l0` `[3H, D]`,
/// `weight_hh_l0` `[3H, H]`, `bias_ih_l0` and `bias_hh_l0` `[3H]`.
///
/// ```
/// use lstm::{GruCell, GruGate, Override, Parameters, candle_core::{DType, Device}, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = GruCell::new(10, 5, parameters.builder())?;
/// let (x, h) = (random::randn((4, 10), &Device::Cpu)?, random::randn((4, 5), &Device::Cpu)?);
///
/// let r = cell.reset(&x, &h)?;
/// let z = cell.update(&x, &h)?;
/// let n = cell.candidate(&x, &h, &r)?;
/// let after = cell.hidden(&z, &n, &h)?;
/// assert_eq!(after.to_vec2::<f32>()?, cell.forward(&x, &h)?.to_vec2::<f32>()?);
///
/// // At z = 1 nothing changes; at z = 0 the candidate replaces the state.
/// let frozen = cell.clone().with_override(GruGate::Update, Override::OPEN);
/// assert_eq!(frozen.forward(&x, &h)?.to_vec2::<f32>()?, h.to_vec2::<f32>()?);
/// let replaced = cell.with_override(GruGate::Update, Override::CLOSED);
/// assert_eq!(replaced.forward(&x, &h)?.to_vec2::<f32>()?, n.to_vec2::<f32>()?);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct GruCell {
    pub(crate) weights: Weights,
    overrides: [Option<Override>; 3],
}

impl GruCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new ones
    /// start as in PyTorch, evenly spread over ±1/√H. Fails on sizes of zero or beyond all
    /// memory, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        Self::new_with(input_size, hidden_size, CellOptions::default(), vb)
    }

    /// [`new`](GruCell::new) for another place in a stack, or without biases. Fails if a projection is asked for.
    pub fn new_with(input_size: usize, hidden_size: usize, options: CellOptions, vb: VarBuilder) -> Result<Self> {
        Ok(Self::from_weights(Weights::new(Stacked::GRU, input_size, hidden_size, options, &vb)?))
    }

    pub(crate) fn from_weights(weights: Weights) -> Self {
        Self { weights, overrides: [None; 3] }
    }

    /// Reads one layer of a `torch.nn.GRU` from a safetensors file of its `state_dict`, onto `device`. `prefix`
    /// is what the model put before the names: `"gru"` for `gru.weight_ih_l0`, `""` for none. `place` is the number of
    /// the layer, or [`Place::reverse`] of it for the backward direction. Fails if a tensor is missing (the error lists
    /// what the file holds) or mis-shaped.
    pub fn from_pytorch(
        path: impl AsRef<Path>,
        prefix: &str,
        place: impl Into<Place>,
        device: &Device,
    ) -> Result<Self> {
        let file = StateDict::read(path.as_ref(), device)?;
        Ok(Self::from_weights(Weights::read(Stacked::GRU, &file, prefix, place.into())?))
    }

    /// The same cell (sharing its weights) with one layer inside it forced, for an ablation. Steps fail if it is forced
    /// to NaN or an infinity.
    pub fn with_override(mut self, gate: GruGate, value: Override) -> Self {
        self.overrides[gate.block()] = Some(value);
        self
    }

    /// What the layer is forced to, if it is.
    pub fn override_of(&self, gate: GruGate) -> Option<Override> {
        self.overrides[gate.block()]
    }

    /// A whole step: from the input `x` `[B, D]` and the hidden state `h` `[B, H]` before it to the one after it.
    ///
    /// This is the definition that everything faster is tested against.
    pub fn forward(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        let r = self.reset(x, h)?;
        let z = self.update(x, h)?;
        let candidate = self.candidate(x, h, &r)?;
        self.hidden(&z, &candidate, h)
    }

    /// The reset gate `r = σ(W_r x + U_r h + b_r)`, `[B, H]`: which part of the old state the candidate sees.
    pub fn reset(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(GruGate::Reset, x, h)
    }

    /// The update gate `z = σ(W_z x + U_z h + b_z)`, `[B, H]`: 1 keeps the old state, 0 replaces it by the candidate.
    pub fn update(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(GruGate::Update, x, h)
    }

    /// The candidate `n = tanh(W_n x + b_in + r ∘ (U_n h + b_hn))`, `[B, H]`, for a reset gate `r` `[B, H]`.
    pub fn candidate(&self, x: &Tensor, h: &Tensor, r: &Tensor) -> Result<Tensor> {
        let block = GruGate::Candidate.block();
        let from_x = self.weights.of_input(block, x)?;
        let from_h = self.weights.of_hidden(block, x, h)?;
        self.weights.expect_units("r", r, Some(x.dim(0)?))?;
        let pre_activation = from_x.add(&r.mul(&from_h)?)?;
        self.activate(GruGate::Candidate, Activation::Tanh, &pre_activation)
    }

    /// The new hidden state `h' = (1 − z) ∘ n + z ∘ h`; all `[B, H]`.
    pub fn hidden(&self, z: &Tensor, candidate: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.weights.expect_units("z", z, None)?;
        let batch = Some(z.dim(0)?);
        self.weights.expect_units("candidate", candidate, batch)?;
        self.weights.expect_units("h", h, batch)?;
        let stored = z.affine(-1.0, 1.0)?.mul(candidate)?;
        let kept = z.mul(h)?;
        Ok(stored.add(&kept)?)
    }

    /// Runs over the sequence `xs` `[T, B, D]`, from `h` `[B, H]` or zeros. Returns the hidden state after each step,
    /// `[T, B, H]`, and the last one.
    pub fn unroll(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        let mut h = self.weights.start(xs, h)?;
        let mut outputs = Vec::with_capacity(xs.dim(0)?);
        for t in 0..xs.dim(0)? {
            h = self.forward(&xs.get(t)?, &h)?;
            outputs.push(h.clone());
        }
        Ok((Tensor::stack(&outputs, 0)?, h))
    }

    /// [`unroll`](GruCell::unroll) with the batch first: `xs` `[B, T, D]`, outputs `[B, T, H]`; the state stays `[B, H]`.
    pub fn unroll_batch_first(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        shape::expect("xs", xs, &[Dim::Any("B"), Dim::Any("T"), Dim::Is("D", self.input_size())])?;
        let (outputs, h) = self.unroll(&xs.transpose(0, 1)?.contiguous()?, h)?;
        Ok((outputs.transpose(0, 1)?.contiguous()?, h))
    }

    /// Like [`unroll`](GruCell::unroll), but keeps every intermediate value, for looking at: nothing backpropagates
    /// through a trace.
    pub fn trace(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<GruTrace> {
        let h0 = self.weights.start(xs, h)?.detach();
        let [mut rs, mut zs, mut candidates, mut hs]: [Vec<Tensor>; 4] = Default::default();
        let mut h = h0.clone();
        for t in 0..xs.dim(0)? {
            let x = xs.get(t)?.detach();
            let r = self.reset(&x, &h)?.detach();
            let z = self.update(&x, &h)?.detach();
            let candidate = self.candidate(&x, &h, &r)?.detach();
            h = self.hidden(&z, &candidate, &h)?;
            rs.push(r);
            zs.push(z);
            candidates.push(candidate);
            hs.push(h.clone());
        }
        let stack = |steps: &[Tensor]| Tensor::stack(steps, 0);
        Ok(GruTrace {
            x: xs.detach(),
            h0,
            r: stack(&rs)?,
            z: stack(&zs)?,
            candidate: stack(&candidates)?,
            h: stack(&hs)?,
        })
    }

    /// The hidden state before the first step, all zeros, `[batch, H]`.
    pub fn zero_state(&self, batch: usize) -> Result<Tensor> {
        self.weights.zeros(batch)
    }

    /// The weights of one layer inside the cell. The candidate's two biases act apart, around the reset gate; `b` is
    /// their sum there too.
    pub fn weights(&self, gate: GruGate) -> Result<GateWeights> {
        Ok(GateWeights {
            w: self.weights.copy_of(&self.weights.ih, gate.block())?,
            u: self.weights.copy_of(&self.weights.hh, gate.block())?,
            b: self.weights.copy_of_bias(gate.block())?,
        })
    }

    /// Replaces `W` `[H, D]` of one layer inside the cell.
    pub fn set_w(&self, gate: GruGate, w: &Tensor) -> Result<()> {
        self.weights.set_w(gate.block(), w)
    }

    /// Replaces `U` `[H, H]` of one layer inside the cell.
    pub fn set_u(&self, gate: GruGate, u: &Tensor) -> Result<()> {
        self.weights.set_u(gate.block(), u)
    }

    /// Gives every unit of one layer the bias `value`: the first of PyTorch's two biases becomes `value`, the second 0.
    /// Fails on a cell without biases.
    pub fn set_bias(&self, gate: GruGate, value: f64) -> Result<()> {
        self.weights.set_bias(gate.block(), value)
    }

    /// `D`, the size of an input vector.
    pub fn input_size(&self) -> usize {
        self.weights.input_size()
    }

    /// `H`, the number of hidden units.
    pub fn hidden_size(&self) -> usize {
        self.weights.hidden_size()
    }

    /// The element type it computes in.
    pub fn dtype(&self) -> DType {
        self.weights.dtype()
    }

    /// The device that holds its weights.
    pub fn device(&self) -> &Device {
        self.weights.device()
    }

    /// The variables, in PyTorch's order: `weight_ih`, `weight_hh`, then `bias_ih` and `bias_hh` if it has biases.
    pub fn vars(&self) -> Vec<Var> {
        self.weights.vars()
    }

    /// How many numbers it learns, both biases counted as in PyTorch: `3H(D + H + 2)` with biases.
    pub fn parameter_count(&self) -> usize {
        self.weights.count()
    }

    fn gate(&self, gate: GruGate, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        let pre_activation = self.weights.pre_activation(Form::Separate, gate.block(), x, h)?;
        self.activate(gate, Activation::Sigmoid, &pre_activation)
    }

    fn activate(&self, gate: GruGate, activation: Activation, pre_activation: &Tensor) -> Result<Tensor> {
        match self.override_of(gate) {
            Some(value) => value.in_place_of(pre_activation),
            None => activation.apply(pre_activation),
        }
    }
}
