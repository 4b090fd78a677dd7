//! The four operations of an LSTM step, in the order of the lecture: names, formulas, what they are for.

use super::math::{formula, mark, mi, sign, sub};
use crate::Gate;

/// Forget, store, update, output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Forget,
    Store,
    Update,
    Output,
}

impl Operation {
    pub(crate) const ALL: [Operation; 4] = [Operation::Forget, Operation::Store, Operation::Update, Operation::Output];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Operation::Forget => "Forget",
            Operation::Store => "Store",
            Operation::Update => "Update",
            Operation::Output => "Output",
        }
    }

    /// What it decides, in a sentence.
    pub(crate) fn purpose(self) -> &'static str {
        match self {
            Operation::Forget => "How much of each unit's old cell state stays: 0 erases it, 1 keeps it.",
            Operation::Store => "Which units are written to (input gate), and with what (candidate).",
            Operation::Update => {
                "The old cell state, scaled by the forget gate, plus the candidate, scaled by the input gate."
            }
            Operation::Output => "How much of each unit's cell state the rest of the network sees as the hidden state.",
        }
    }

    /// Its formulas in HTML, a line for each quantity that it computes.
    pub(crate) fn formulas(self) -> String {
        let lines = match self {
            Operation::Forget => vec![layer(Gate::Forget)],
            Operation::Store => vec![layer(Gate::Input), layer(Gate::Candidate)],
            Operation::Update => vec![formula(&[
                sub("c", "t"),
                sign("="),
                sub("f", "t"),
                sign("∘"),
                sub("c", "t-1"),
                sign("+"),
                sub("i", "t"),
                sign("∘"),
                sub("c̃", "t"),
            ])],
            Operation::Output => vec![
                layer(Gate::Output),
                formula(&[
                    sub("h", "t"),
                    sign("="),
                    sub("o", "t"),
                    sign("∘"),
                    mi("tanh"),
                    mark("("),
                    sub("c", "t"),
                    mark(")"),
                ]),
            ],
        };
        lines.concat()
    }
}

/// `f_t = σ(W_f [h_{t-1}, x_t] + b_f)`, or the same of another gate.
fn layer(gate: Gate) -> String {
    let (activation, weights) = match gate {
        Gate::Candidate => ("tanh", "c"),
        Gate::Forget | Gate::Input | Gate::Output => ("σ", gate.symbol()),
    };
    formula(&[
        sub(gate.symbol(), "t"),
        sign("="),
        mi(activation),
        mark("("),
        sub("W", weights),
        mark("["),
        sub("h", "t-1"),
        mark(", "),
        sub("x", "t"),
        mark("]"),
        sign("+"),
        sub("b", weights),
        mark(")"),
    ])
}
