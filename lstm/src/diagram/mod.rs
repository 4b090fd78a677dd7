//! Lecture diagrams, drawn by code in one style: boxes for layers, circles for pointwise operations, pills for vectors.
//!
//! Each function returns a [`Diagram`] that a notebook shows, and [`all`] lists them for the files in `images/`, which
//! one command redraws: `cargo run --release -p lstm --example draw_images`.
//!
//! ```
//! use lstm::diagram::{self, Highlight};
//!
//! assert!(diagram::lstm_cell(Highlight::Forget).to_svg().contains("forget"));
//! ```

mod applications;
mod backpropagation_through_time;
mod bidirectional_rnn;
mod cell_state;
mod drawing;
mod files;
mod gate;
mod gru_cell;
mod layer_parameters;
pub mod logo;
mod lstm_cell;
mod lstm_gradient_flow;
mod markup;
mod parameter_model;
mod rnn_architectures;
mod rnn_cell;
mod rnn_gradient_flow;
mod rnn_unrolled;
mod sequence_axes;
mod sheet;
mod stacked_rnn;
mod stacked_shapes;
mod style;
mod text_to_batch;
mod truncated_bptt;
mod writing;

pub use applications::{clip_captioning, learning_to_execute, picture_captioning, sequence_auto_encoder};
pub use backpropagation_through_time::backpropagation_through_time;
pub use bidirectional_rnn::bidirectional_rnn;
pub use cell_state::cell_state;
pub use drawing::Diagram;
pub use files::{REDRAW, draw_all, files};
pub use gate::gate;
pub use gru_cell::gru_cell;
pub use layer_parameters::layer_parameters;
pub use lstm_cell::{Highlight, lstm_cell};
pub use lstm_gradient_flow::lstm_gradient_flow;
pub use parameter_model::parameter_model;
pub use rnn_architectures::rnn_architectures;
pub use rnn_cell::rnn_cell;
pub use rnn_gradient_flow::rnn_gradient_flow;
pub use rnn_unrolled::rnn_unrolled;
pub use sequence_axes::sequence_axes;
pub use stacked_rnn::stacked_rnn;
pub use stacked_shapes::stacked_shapes;
pub use text_to_batch::text_to_batch;
pub use truncated_bptt::truncated_bptt;
pub use writing::writing;

pub(crate) use lstm_cell::with_numbers;

/// Every diagram of the course, in the order of the lecture.
///
/// ```
/// for diagram in lstm::diagram::all() {
///     println!("{}: {}", diagram.file_name(), diagram.title());
/// }
/// ```
pub fn all() -> Vec<Diagram> {
    let mut all = vec![
        rnn_cell(),
        rnn_unrolled(),
        rnn_architectures(),
        backpropagation_through_time(),
        truncated_bptt(),
        rnn_gradient_flow(),
        gate(),
        cell_state(),
    ];
    all.extend(Highlight::ALL.map(lstm_cell));
    all.extend([
        lstm_gradient_flow(),
        sequence_axes(),
        stacked_shapes(),
        layer_parameters(),
        parameter_model(),
        gru_cell(),
        stacked_rnn(),
        bidirectional_rnn(),
        text_to_batch(),
        writing(),
    ]);
    all.extend([learning_to_execute(), picture_captioning(), clip_captioning(), sequence_auto_encoder()]);
    all
}
