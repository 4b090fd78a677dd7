//! The LSTM cell: one step opened up gate by gate, whole sequences, and its weights in PyTorch's layout.

mod cell;
mod forms;
mod pytorch;
mod sequence;
mod state;
mod step;
mod weights;

pub use cell::LstmCell;
pub use forms::{Form, FormCheck};
pub use state::LstmState;
pub use weights::GateWeights;
