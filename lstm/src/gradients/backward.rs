//! Backpropagation through time as the recursion it is: from the gradient after a step to the gradient before it.

use candle_core::{Tensor, Var};

use crate::{Error, Result, shape};

/// The gradient of a loss with respect to the last hidden state `h` `[B, H]`. The loss must be a scalar.
pub(super) fn of_loss(
    h: &Tensor,
    loss: impl Fn(&Tensor) -> candle_core::Result<Tensor>,
) -> Result<Tensor> {
    let h = Var::from_tensor(&h.detach())?;
    let value = loss(&h)?;
    if value.elem_count() != 1 {
        return Err(Error::Shape {
            argument: "loss",
            expected: "[] (a scalar)".to_owned(),
            got: value.dims().to_vec(),
        });
    }
    shape::expect_like("loss", &value, &h)?;
    gradient(&value, &h)
}

/// One step back. `states` are the states before the step, `step` computes those after it, and `deltas` are the
/// gradients of the loss with respect to those after it; the result are the gradients with respect to those before.
pub(super) fn one_step(
    states: &[Tensor],
    deltas: &[Tensor],
    step: impl Fn(&[Tensor]) -> Result<Vec<Tensor>>,
) -> Result<Vec<Tensor>> {
    let before: Vec<Var> = states
        .iter()
        .map(|state| Ok(Var::from_tensor(&state.detach())?))
        .collect::<Result<_>>()?;
    let inputs: Vec<Tensor> = before.iter().map(|var| var.as_tensor().clone()).collect();
    let after = step(&inputs)?;
    // Σ δ ∘ state has δ as its gradient with respect to the state after the step; the chain rule does the rest.
    let mut total: Option<Tensor> = None;
    for (state, delta) in after.iter().zip(deltas) {
        let part = state.mul(&delta.detach())?.sum_all()?;
        total = Some(match total {
            Some(sum) => sum.add(&part)?,
            None => part,
        });
    }
    match total {
        Some(total) => {
            let store = total.backward()?;
            before.iter().map(|var| from_store(&store, var)).collect()
        }
        None => Ok(Vec::new()),
    }
}

fn gradient(value: &Tensor, var: &Var) -> Result<Tensor> {
    from_store(&value.backward()?, var)
}

/// The gradient that was found, or zeros where the value does not depend on the variable.
fn from_store(store: &candle_core::backprop::GradStore, var: &Var) -> Result<Tensor> {
    match store.get(var) {
        Some(gradient) => Ok(gradient.detach()),
        None => Ok(var.zeros_like()?.detach()),
    }
}
