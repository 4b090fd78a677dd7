//! The table of a model's layers, as Keras prints it: output shapes and numbers of parameters, and where they come
//! from.

mod html;
mod layer;
mod table;

pub use layer::{Kind, Layer};
pub use table::Summary;
