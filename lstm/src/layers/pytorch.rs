//! Reading a whole stack from a PyTorch `state_dict`, which says by its names and shapes how the stack is built.

use std::path::Path;

use candle_core::Device;

use super::layer_cell::LayerCell;
use super::stack::Stack;
use crate::state_dict::StateDict;
use crate::weights::Weights;
use crate::{Place, Result, shape};

/// Reads all layers whose names begin with `prefix`; `cell` makes a cell of its weights.
pub(super) fn read<C: LayerCell>(
    path: &Path,
    prefix: &str,
    device: &Device,
    cell: impl Fn(Weights) -> C,
) -> Result<Stack<C>> {
    let file = StateDict::read(path, device)?;
    let (num_layers, directions) = extent(&file, prefix);
    let mut layers: Vec<Vec<C>> = Vec::new();
    for layer in 0..num_layers {
        let mut cells = Vec::new();
        for direction in 0..directions {
            let place = Place { layer, reverse: direction == 1 };
            let weights = Weights::read(C::STACKED, &file, prefix, place)?;
            if let Some(first) = layers.first().or(Some(&cells)).and_then(|cells| cells.first()) {
                check(&file, &weights, first.weights(), place, directions)?;
            }
            cells.push(cell(weights));
        }
        layers.push(cells);
    }
    Ok(Stack::of_layers(layers))
}

/// How many layers and directions the names speak of, at least one of each.
fn extent(file: &StateDict, prefix: &str) -> (usize, usize) {
    let start = StateDict::full_name(prefix, "weight_hh_l");
    let (mut layers, mut directions) = (1, 1);
    for end in file.tensors().keys().filter_map(|name| name.strip_prefix(&start)) {
        let (number, reverse) = match end.strip_suffix("_reverse") {
            Some(number) => (number, true),
            None => (end, false),
        };
        if let Ok(layer) = number.parse::<usize>() {
            layers = layers.max(layer.saturating_add(1));
            directions = if reverse { 2 } else { directions };
        }
    }
    (layers, directions)
}

/// Fails unless the weights fit those of the first cell.
fn check(file: &StateDict, weights: &Weights, first: &Weights, place: Place, directions: usize) -> Result<()> {
    let name = place.name("weight_ih");
    let input = if place.layer == 0 { first.input_size() } else { directions * first.output_size() };
    if weights.input_size() != input {
        return Err(file.unusable(format!("`{name}` takes {} inputs, and {input} come in", weights.input_size())));
    }
    let sizes = |weights: &Weights| (weights.hidden_size(), weights.output_size());
    if sizes(weights) != sizes(first) {
        return Err(file.unusable(format!(
            "the cell of `{name}` has {} units and a hidden state of {}, the first one {} and {}",
            weights.hidden_size(),
            weights.output_size(),
            first.hidden_size(),
            first.output_size()
        )));
    }
    if weights.bias.is_some() != first.bias.is_some() {
        return Err(file.unusable(format!("the cells of `{name}` and of the first layer differ in having biases")));
    }
    shape::expect_like("weights of one stack", &weights.ih, &first.ih)
}
