//! A trace on the page: a section for each of the four operations, with formula, picture and numbers.

use std::fmt::Write as _;

use super::content::Content;
use super::html::{self, Table};
use super::operation::Operation;
use super::rich::{self, Rich};
use super::trace_numbers::TraceNumbers;
use crate::figure::{self, Figure};
use crate::{Gate, LstmTrace, Result};

/// One sequence of a trace, to be shown. [`LstmTrace::view`] makes it.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let xs = random::randn((5, 2, 3), &Device::Cpu)?;
/// display(&cell.trace(&xs, None)?.view(1)?)?; // the second sequence
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TraceView {
    trace: LstmTrace,
    batch: usize,
    numbers: TraceNumbers,
}

/// What an operation computes: its letter, its values over time, their heat map.
struct Quantity<'a> {
    symbol: &'static str,
    values: &'a [Vec<f64>],
    picture: Figure,
}

impl LstmTrace {
    /// The sequence `batch` of the batch (from 0) as four sections: forget, store, update, output.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] if `batch` is not below `B` or the trace is empty, [`crate::Error::Shape`] if its
    /// tensors do not fit together.
    pub fn view(&self, batch: usize) -> Result<TraceView> {
        Ok(TraceView { trace: self.clone(), batch, numbers: TraceNumbers::of(self, batch)? })
    }

    /// Shows the first sequence of the batch in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        rich::show(self);
    }
}

impl TraceView {
    /// Shows the sections in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        rich::show(self);
    }

    fn heading(&self) -> String {
        let n = &self.numbers;
        let all = self.trace.x.dims().get(1).copied().unwrap_or(0);
        format!(
            "LSTM trace: steps T = {}, inputs D = {}, units H = {}; sequence {} (from 0) of a batch of {all}",
            n.steps(),
            n.inputs(),
            n.units(),
            self.batch
        )
    }

    fn quantities(&self, operation: Operation) -> Result<Vec<Quantity<'_>>> {
        let n = &self.numbers;
        let gate = |gate: Gate, values| -> Result<Quantity<'_>> {
            let picture = figure::gate_heat_map(&self.trace, gate, self.batch)?;
            Ok(Quantity { symbol: gate.symbol(), values, picture })
        };
        Ok(match operation {
            Operation::Forget => vec![gate(Gate::Forget, &n.f)?],
            Operation::Store => vec![gate(Gate::Input, &n.i)?, gate(Gate::Candidate, &n.candidate)?],
            Operation::Update => vec![Quantity {
                symbol: "c",
                values: &n.c,
                picture: figure::cell_state_heat_map(&self.trace, self.batch)?,
            }],
            Operation::Output => vec![
                gate(Gate::Output, &n.o)?,
                Quantity {
                    symbol: "h",
                    values: &n.h,
                    picture: figure::hidden_state_heat_map(&self.trace, self.batch)?,
                },
            ],
        })
    }

    fn section(&self, number: usize, operation: Operation) -> Result<String> {
        let mut out = format!("<section><h4>{number}. {}</h4>", operation.name());
        out.push_str(&operation.formulas());
        let _ = write!(out, "<p class=\"lstm-meta\">{}</p>", operation.purpose());
        for Quantity { symbol, values, picture } in self.quantities(operation)? {
            let units = self.numbers.units();
            let height = 128 + 22 * units.clamp(2, 12) as u32;
            let alt = format!("heat map of {symbol} over time");
            let picture = picture.with_size(420, height)?.to_svg()?;
            let limit =
                values.iter().flatten().copied().filter(|v| v.is_finite()).fold(1.0, |a: f64, v| a.max(v.abs()));
            let caption = format!("{symbol} at each step (down, from 1) for each unit (across, from 0)");
            let table = Table {
                caption: &caption,
                row_name: "t",
                column_name: "unit",
                first: (1, 0),
                shape: (values.len(), units),
                most: (12, 8),
            };
            let _ = write!(
                out,
                "<div class=\"lstm-row\"><div class=\"lstm-picture\">{}</div><div class=\"lstm-scroll\">{}</div></div>",
                html::picture(&picture, &alt),
                table.html(&|t, unit| values[t][unit], limit)
            );
        }
        out.push_str("</section>");
        Ok(out)
    }

    fn plain(&self) -> String {
        let mut out = self.heading();
        let n = &self.numbers;
        let rows = [("f", &n.f), ("i", &n.i), ("c̃", &n.candidate), ("c", &n.c), ("o", &n.o), ("h", &n.h)];
        for t in html::elided(n.steps(), 6) {
            let Some(t) = t else {
                out.push_str("\n…");
                continue;
            };
            let _ = write!(out, "\nt = {}", t + 1);
            for (symbol, values) in rows {
                let units = html::elided(n.units(), 6);
                let numbers: Vec<String> =
                    units.into_iter().map(|u| u.map_or("…".into(), |u| html::cell(values[t][u]))).collect();
                let _ = write!(out, "\n  {symbol} [{}]", numbers.join(", "));
            }
        }
        out
    }
}

impl Rich for TraceView {
    fn content(&self) -> Result<Content> {
        let mut out = format!(
            "<div class=\"lstm-view\"><style>{}</style><p><strong>{}</strong></p>",
            html::STYLE,
            self.heading()
        );
        for (k, operation) in Operation::ALL.into_iter().enumerate() {
            out.push_str(&self.section(k + 1, operation)?);
        }
        out.push_str("</div>");
        Ok(Content::new(self.plain(), out))
    }
}

impl Rich for LstmTrace {
    fn content(&self) -> Result<Content> {
        self.view(0)?.content()
    }
}
