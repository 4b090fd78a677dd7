//! Heat maps of a traced cell: one gate, or everything at once.

use candle_core::Tensor;

use super::chart::Figure;
use super::color::Palette;
use super::heat_map::{HeatMap, figure, rows};
use super::panels::panels;
use crate::{Error, Gate, LstmTrace, Result};

/// Heat map of one gate of `trace` over time, for the sequence `batch` of the batch (counted from 0).
///
/// The gates run from 0 to 1, the candidate from -1 to 1, and so do the colours, whatever the values: two gates can be
/// compared by eye.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let trace = cell.trace(&random::randn((5, 2, 3), &Device::Cpu)?, None)?;
/// let forget = figure::gate_heat_map(&trace, Gate::Forget, 0)?;
/// assert!(forget.to_svg()?.contains("Forget gate"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if `batch` is not below `B`, or nothing is finite.
pub fn gate_heat_map(trace: &LstmTrace, gate: Gate, batch: usize) -> Result<Figure> {
    let (values, title) = match gate {
        Gate::Forget => (&trace.f, "Forget gate f"),
        Gate::Input => (&trace.i, "Input gate i"),
        Gate::Candidate => (&trace.candidate, "Candidate c̃"),
        Gate::Output => (&trace.o, "Output gate o"),
    };
    let range = if gate == Gate::Candidate { Span::Signed } else { Span::Gate };
    one(values, title, range, batch)
}

/// Six heat maps of `trace` side by side, for the sequence `batch` of the batch (counted from 0): the forget, input and
/// candidate layers, the output gate, the cell state and the hidden state.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let trace = cell.trace(&random::randn((5, 2, 3), &Device::Cpu)?, None)?;
/// assert!(figure::state_heat_maps(&trace, 1)?.to_svg()?.contains("Hidden state"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if `batch` is not below `B`, or one of them has nothing finite.
pub fn state_heat_maps(trace: &LstmTrace, batch: usize) -> Result<Figure> {
    let mut figures = Vec::with_capacity(6);
    for gate in Gate::LECTURE_ORDER {
        figures.push(gate_heat_map(trace, gate, batch)?);
    }
    figures.push(cell_state_heat_map(trace, batch)?);
    figures.push(hidden_state_heat_map(trace, batch)?);
    panels(figures, 3)?.with_size(1080, 560)
}

/// Heat map of the cell state `c` of `trace` over time, for the sequence `batch` of the batch (counted from 0). Its
/// values have no bounds, so the colours reach as far from 0 as they do.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let trace = cell.trace(&random::randn((5, 2, 3), &Device::Cpu)?, None)?;
/// assert!(figure::cell_state_heat_map(&trace, 0)?.to_svg()?.contains("Cell state"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if `batch` is not below `B`, or nothing is finite.
pub fn cell_state_heat_map(trace: &LstmTrace, batch: usize) -> Result<Figure> {
    one(&trace.c, "Cell state c", Span::Data, batch)
}

/// Heat map of the hidden state `h` of `trace` over time, for the sequence `batch` of the batch (counted from 0),
/// coloured from -1 to 1.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let trace = cell.trace(&random::randn((5, 2, 3), &Device::Cpu)?, None)?;
/// assert!(figure::hidden_state_heat_map(&trace, 0)?.to_svg()?.contains("Hidden state"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if `batch` is not below `B`, or nothing is finite.
pub fn hidden_state_heat_map(trace: &LstmTrace, batch: usize) -> Result<Figure> {
    one(&trace.h, "Hidden state h", Span::Signed, batch)
}

/// The span of the colours.
#[derive(Clone, Copy)]
enum Span {
    /// From 0 to 1.
    Gate,
    /// From -1 to 1.
    Signed,
    /// As far from 0 as the values go, on both sides.
    Data,
}

fn one(values: &Tensor, title: &str, span: Span, batch: usize) -> Result<Figure> {
    let map = HeatMap::new("trace", sequence(values, batch)?)?;
    let map = match span {
        Span::Gate => map.with_range(Palette::Sequential, 0.0, 1.0),
        Span::Signed => map.with_range(Palette::Diverging, -1.0, 1.0),
        Span::Data => {
            let limit = map.range().0.abs().max(map.range().1.abs());
            map.with_range(Palette::Diverging, -limit, limit)
        }
    };
    Ok(figure(title, map))
}

/// `[T, H]` of one sequence out of `[T, B, H]`.
pub(crate) fn sequence(values: &Tensor, batch: usize) -> Result<Vec<Vec<f64>>> {
    let Ok((_, size, _)) = values.dims3() else {
        return Err(Error::Shape { argument: "trace", expected: "[T, B, H]".into(), got: values.dims().to_vec() });
    };
    if batch >= size {
        return Err(Error::Argument {
            argument: "batch",
            expected: format!("below the batch size {size}"),
            got: batch.to_string(),
        });
    }
    rows("trace", &values.narrow(1, batch, 1)?.squeeze(1)?)
}
