//! One direction of a layer: both passes as products over all steps, and one product and one kernel for each step.

use candle_core::{Result, Tensor};

use super::launch::{Launch, Step};
use crate::Activation;
use crate::fused::Kind;

/// The sizes of a layer, and where its sequences end.
#[derive(Clone)]
pub(super) struct Sizes {
    pub(super) kind: Kind,
    pub(super) steps: usize,
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) hidden: usize,
    /// How many directions stand side by side in the output.
    pub(super) directions: usize,
    /// `[B]` of u32, if not all sequences have all steps.
    pub(super) lengths: Option<Tensor>,
}

/// What a direction computes from, apart from the graph.
pub(super) struct Direction {
    /// Which of the directions it is.
    pub(super) index: usize,
    pub(super) reverse: bool,
    /// `[blocks H, D]`.
    pub(super) weight_ih: Tensor,
    /// `[blocks H, H]`.
    pub(super) weight_hh: Tensor,
    /// `[blocks H]` each.
    pub(super) biases: Option<(Tensor, Tensor)>,
    /// `[B, H]`.
    pub(super) h0: Tensor,
    /// `[B, H]`, where there is a cell state.
    pub(super) c0: Option<Tensor>,
}

/// The gradients of all that went into a direction.
pub(super) struct Gradients {
    /// `[T, B, D]`, if wanted.
    pub(super) xs: Option<Tensor>,
    pub(super) weight_ih: Tensor,
    pub(super) weight_hh: Tensor,
    pub(super) biases: Option<(Tensor, Tensor)>,
    pub(super) h0: Tensor,
    pub(super) c0: Option<Tensor>,
}

impl Sizes {
    /// How many parts of size `[B, H]` are saved for each step: the hidden state is the last, the cell state before it.
    fn parts(&self) -> usize {
        match self.kind {
            Kind::Rnn(_) => 1,
            Kind::Lstm => 6,
            Kind::Gru => 5,
        }
    }

    /// Whether what comes from the input and what comes from the state have gradients of their own.
    fn areas(&self) -> usize {
        if self.kind == Kind::Gru { 2 } else { 1 }
    }

    fn forward_kernel(&self) -> &'static str {
        match self.kind {
            Kind::Rnn(_) => "rnn_forward",
            Kind::Lstm => "lstm_forward",
            Kind::Gru => "gru_forward",
        }
    }

    fn backward_kernel(&self) -> &'static str {
        match self.kind {
            Kind::Rnn(_) => "rnn_backward",
            Kind::Lstm => "lstm_backward",
            Kind::Gru => "gru_backward",
        }
    }

    /// Numbers of a state `[B, H]`.
    fn state(&self) -> usize {
        self.batch * self.hidden
    }

    /// Columns of the weighted inputs: the blocks of all gates.
    fn columns(&self) -> usize {
        self.kind.weight_blocks() * self.hidden
    }
}

impl Direction {
    /// Everything that the steps leave, `[T + 1, parts, B, H]`, from `xs` `[T, B, D]`. The slot where time begins holds the
    /// initial state.
    pub(super) fn forward(&self, sizes: &Sizes, xs: &Tensor) -> Result<Tensor> {
        let inputs = self.rows(sizes, xs)?.matmul(&self.weight_ih.t()?)?;
        let shape = (sizes.steps + 1, sizes.parts(), sizes.batch, sizes.hidden);
        let saved = Tensor::zeros(shape, xs.dtype(), xs.device())?;
        let first = if self.reverse { sizes.steps } else { 0 };
        let put = |part: usize, state: &Tensor| {
            let place = saved.narrow(0, first, 1)?.narrow(1, part, 1)?;
            place.slice_set(&state.reshape(place.shape())?, 0, 0)
        };
        put(sizes.parts() - 1, &self.h0)?;
        if let Some(c0) = &self.c0 {
            put(sizes.parts() - 2, c0)?;
        }
        let weight = self.weight_hh.t()?;
        for n in 0..sizes.steps {
            let t = self.step(sizes, n);
            let recurrent = self.hidden_in(sizes, &saved, t + usize::from(self.reverse))?.matmul(&weight)?;
            let launch = Launch {
                kernel: sizes.forward_kernel(),
                step: self.numbers(sizes, t),
                inputs: Some(&inputs),
                recurrent: Some(&recurrent),
                bias_ih: self.biases.as_ref().map(|(ih, _)| ih),
                bias_hh: self.biases.as_ref().map(|(_, hh)| hh),
                lengths: sizes.lengths.as_ref(),
                ..Launch::default()
            };
            saved.inplace_op1(&launch)?;
        }
        Ok(saved)
    }

    /// The states after each step, `[T, B, H]`, in order of time.
    pub(super) fn states(&self, sizes: &Sizes, saved: &Tensor) -> Result<Tensor> {
        self.hidden_of_all(sizes, saved, usize::from(!self.reverse))
    }

    /// The cell state after the last step, `[B, H]`, in memory of its own.
    pub(super) fn last_cell(&self, sizes: &Sizes, saved: &Tensor) -> Result<Tensor> {
        let last = if self.reverse { 0 } else { sizes.steps };
        saved
            .narrow(0, last, 1)?
            .narrow(1, sizes.parts() - 2, 1)?
            .force_contiguous()?
            .reshape((sizes.batch, sizes.hidden))
    }

    /// From the gradient of the output of all directions, `[T, B, directions H]`, and that of the last cell state `[B, H]`,
    /// if it has one.
    pub(super) fn backward(
        &self,
        sizes: &Sizes,
        xs: &Tensor,
        saved: &Tensor,
        d_output: &Tensor,
        d_cell: Option<&Tensor>,
        want_xs: bool,
    ) -> Result<Gradients> {
        let (rows, columns, state) = (sizes.steps * sizes.batch, sizes.columns(), sizes.state());
        let area = rows * columns;
        let states = sizes.areas() * area;
        let len = states + if sizes.kind.has_cell() { 2 } else { 1 } * state;
        let gradients = Tensor::zeros(len, xs.dtype(), xs.device())?;
        if let Some(d_cell) = d_cell {
            gradients.slice_set(&d_cell.contiguous()?.flatten_all()?, 0, states + state)?;
        }
        let state_at = |at: usize| gradients.narrow(0, at, state)?.reshape((sizes.batch, sizes.hidden));
        let of_state = states - area;
        let mut recurrent: Option<Tensor> = None;
        for n in (0..sizes.steps).rev() {
            let t = self.step(sizes, n);
            let launch = Launch {
                kernel: sizes.backward_kernel(),
                step: self.numbers(sizes, t),
                recurrent: recurrent.as_ref(),
                saved: Some(saved),
                d_output: Some(d_output),
                lengths: sizes.lengths.as_ref(),
                ..Launch::default()
            };
            gradients.inplace_op1(&launch)?;
            let step = sizes.batch * columns;
            let step = gradients.narrow(0, of_state + t * step, step)?.reshape((sizes.batch, columns))?;
            recurrent = Some(step.matmul(&self.weight_hh)?);
        }
        let kept = state_at(states)?;
        let h0 = match recurrent {
            Some(recurrent) => kept.add(&recurrent)?,
            None => kept,
        };
        let c0 = if sizes.kind.has_cell() { Some(state_at(states + state)?) } else { None };

        let of_input = gradients.narrow(0, 0, area)?.reshape((rows, columns))?;
        let of_state = gradients.narrow(0, of_state, area)?.reshape((rows, columns))?;
        let before = self.hidden_of_all(sizes, saved, usize::from(self.reverse))?.reshape((rows, sizes.hidden))?;
        let xs_shape = (sizes.steps, sizes.batch, sizes.inputs);
        Ok(Gradients {
            xs: if want_xs { Some(of_input.matmul(&self.weight_ih)?.reshape(xs_shape)?) } else { None },
            weight_ih: of_input.t()?.matmul(&self.rows(sizes, xs)?)?,
            weight_hh: of_state.t()?.matmul(&before)?,
            biases: match self.biases {
                Some(_) => Some((of_input.sum(0)?, of_state.sum(0)?)),
                None => None,
            },
            h0,
            c0,
        })
    }

    /// The place in time of the `n`th step.
    fn step(&self, sizes: &Sizes, n: usize) -> usize {
        if self.reverse { sizes.steps - 1 - n } else { n }
    }

    /// `[T·B, D]`.
    fn rows(&self, sizes: &Sizes, xs: &Tensor) -> Result<Tensor> {
        xs.reshape((sizes.steps * sizes.batch, sizes.inputs))
    }

    /// The hidden state in a slot, `[B, H]`, contiguous.
    fn hidden_in(&self, sizes: &Sizes, saved: &Tensor, slot: usize) -> Result<Tensor> {
        saved.narrow(0, slot, 1)?.narrow(1, sizes.parts() - 1, 1)?.reshape((sizes.batch, sizes.hidden))
    }

    /// The hidden states of `T` slots from `first` on, `[T, B, H]`, in memory of their own.
    fn hidden_of_all(&self, sizes: &Sizes, saved: &Tensor, first: usize) -> Result<Tensor> {
        saved.narrow(0, first, sizes.steps)?.narrow(1, sizes.parts() - 1, 1)?.squeeze(1)?.force_contiguous()
    }

    fn numbers(&self, sizes: &Sizes, t: usize) -> Step {
        Step {
            steps: sizes.steps as u32,
            batch: sizes.batch as u32,
            hidden: sizes.hidden as u32,
            step: t as u32,
            reverse: u32::from(self.reverse),
            activation: match sizes.kind {
                Kind::Rnn(Activation::Relu) => 1,
                Kind::Rnn(Activation::Sigmoid) => 2,
                Kind::Rnn(Activation::Tanh) | Kind::Lstm | Kind::Gru => 0,
            },
            output_stride: (sizes.directions * sizes.hidden) as u32,
            output_offset: (self.index * sizes.hidden) as u32,
            ..Step::default()
        }
    }
}
