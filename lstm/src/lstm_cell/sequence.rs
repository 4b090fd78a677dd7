//! The cell over a whole sequence: the outputs, or everything.

use candle_core::Tensor;

use super::{LstmCell, LstmState};
use crate::gate::Gate;
use crate::shape::{self, Dim};
use crate::{LstmTrace, Result};

impl LstmCell {
    /// Runs over the sequence `xs` `[T, B, D]`, from `state` or zeros. Returns the hidden state after each step,
    /// `[T, B, H]` (`[T, B, P]` with a projection), and the state after the last.
    ///
    /// Backpropagation holds all steps in memory and needs stack for each: cut sequences of more than a few thousand
    /// steps and pass on the [detached](LstmState::detach) state.
    pub fn unroll(&self, xs: &Tensor, state: Option<&LstmState>) -> Result<(Tensor, LstmState)> {
        let mut state = self.start(xs, state)?;
        let steps = xs.dim(0)?;
        let mut outputs = Vec::with_capacity(steps);
        for t in 0..steps {
            state = self.forward(&xs.get(t)?, &state)?;
            outputs.push(state.h.clone());
        }
        Ok((Tensor::stack(&outputs, 0)?, state))
    }

    /// [`unroll`](LstmCell::unroll) with the batch first: `xs` `[B, T, D]`, outputs `[B, T, H]`; the state stays `[B, H]`.
    pub fn unroll_batch_first(&self, xs: &Tensor, state: Option<&LstmState>) -> Result<(Tensor, LstmState)> {
        shape::expect("xs", xs, &[Dim::Any("B"), Dim::Any("T"), Dim::Is("D", self.input_size())])?;
        let (outputs, state) = self.unroll(&xs.transpose(0, 1)?.contiguous()?, state)?;
        Ok((outputs.transpose(0, 1)?.contiguous()?, state))
    }

    /// Like [`unroll`](LstmCell::unroll), but keeps every intermediate value, for looking at: nothing
    /// backpropagates through a trace.
    pub fn trace(&self, xs: &Tensor, state: Option<&LstmState>) -> Result<LstmTrace> {
        let start = self.start(xs, state)?.detach();
        let mut pre: [Vec<Tensor>; 4] = Default::default();
        let mut values: [Vec<Tensor>; 4] = Default::default();
        let (mut hs, mut cs) = (Vec::new(), Vec::new());
        let mut state = start.clone();
        for t in 0..xs.dim(0)? {
            let x = xs.get(t)?.detach();
            let step = |gate: Gate| -> Result<(Tensor, Tensor)> {
                let pre = self.pre_activation(gate, &x, &state.h)?.detach();
                let value = self.activate(gate, &pre)?;
                Ok((pre, value))
            };
            let [i, f, candidate, o] =
                [step(Gate::Input)?, step(Gate::Forget)?, step(Gate::Candidate)?, step(Gate::Output)?];
            let c = self.update(&f.1, &state.c, &i.1, &candidate.1)?;
            let h = self.hidden(&o.1, &c)?.detach();
            for (block, (before, after)) in [i, f, candidate, o].into_iter().enumerate() {
                pre[block].push(before);
                values[block].push(after);
            }
            hs.push(h.clone());
            cs.push(c.clone());
            state = LstmState { h, c };
        }
        let pre_of = |gate: Gate| Tensor::stack(&pre[gate.block()], 0);
        let value_of = |gate: Gate| Tensor::stack(&values[gate.block()], 0);
        Ok(LstmTrace {
            x: xs.detach(),
            h0: start.h,
            c0: start.c,
            pre_f: pre_of(Gate::Forget)?,
            pre_i: pre_of(Gate::Input)?,
            pre_candidate: pre_of(Gate::Candidate)?,
            pre_o: pre_of(Gate::Output)?,
            f: value_of(Gate::Forget)?,
            i: value_of(Gate::Input)?,
            candidate: value_of(Gate::Candidate)?,
            o: value_of(Gate::Output)?,
            c: Tensor::stack(&cs, 0)?,
            h: Tensor::stack(&hs, 0)?,
        })
    }

    /// Checks a sequence and the state given for it; zeros if none is.
    pub(crate) fn start(&self, xs: &Tensor, state: Option<&LstmState>) -> Result<LstmState> {
        let batch = self.weights.expect_sequence(xs)?;
        let Some(state) = state else {
            return self.zero_state(batch);
        };
        let hidden = Dim::Is("H", self.hidden_size());
        for (argument, part, size) in [("state.h", &state.h, self.weights.output_dim()), ("state.c", &state.c, hidden)]
        {
            shape::expect(argument, part, &[Dim::Is("B", batch), size])?;
            shape::expect_like(argument, part, &self.weights.hh)?;
        }
        Ok(state.clone())
    }
}
