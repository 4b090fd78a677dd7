//! The four layers of an LSTM cell, by the lecture's names and in PyTorch's order.

/// A gate (or the candidate layer) of an LSTM cell. The discriminant is its block in PyTorch's stacked weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// `i`, the input gate of the store operation.
    Input = 0,
    /// `f`, the forget gate.
    Forget = 1,
    /// `c̃` (PyTorch's `g`), the candidate values.
    Candidate = 2,
    /// `o`, the output gate.
    Output = 3,
}

impl Gate {
    /// The four in the order of the lecture: forget, store (input, candidate), output.
    pub const LECTURE_ORDER: [Gate; 4] = [Gate::Forget, Gate::Input, Gate::Candidate, Gate::Output];

    /// The lecture's letter: `f`, `i`, `c̃` or `o`.
    pub fn symbol(self) -> &'static str {
        match self {
            Gate::Input => "i",
            Gate::Forget => "f",
            Gate::Candidate => "c̃",
            Gate::Output => "o",
        }
    }
}
