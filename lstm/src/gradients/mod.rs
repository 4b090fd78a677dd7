//! How gradients travel back through time: their norms per step, the Jacobians behind them, and why they vanish or
//! explode.
//!
//! Nothing here fails because numbers explode: results say where they did.

mod alpha_power;
mod backward;
mod jacobians;
mod product;
mod spectral;
mod through_time;

pub use alpha_power::alpha_power;
pub use jacobians::{Jacobians, lstm_jacobians, rnn_jacobians};
pub use product::{ProductSplit, product_split};
pub use spectral::{spectral_norm, spectral_radius};
pub use through_time::{GradientNorms, Pass, lstm_gradients, random_projection, rnn_gradients};
