//! A trace on the page: a section for each of the four operations, with formula, picture and numbers.

use std::fmt::Write as _;

use super::content::Content;
use super::html::{self, Table, fluid};
use super::operation::Operation;
use super::rich::{self, Rich};
use super::trace_numbers::TraceNumbers;
use crate::figure::{self, Figure};
use crate::{Gate, LstmTrace, Result};

/// One sequence of a trace, to be shown. [`LstmTrace::view`] makes it.
#[derive(Clone, Debug)]
pub struct TraceView {
    trace: LstmTrace,
    batch: usize,
    numbers: TraceNumbers,
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
            "LSTM trace: T = {} steps, D = {} inputs, H = {} units; sequence {} of a batch of {all}",
            n.steps(),
            n.inputs(),
            n.units(),
            self.batch + 1
        )
    }

    /// The quantities of `operation`: symbol, values over time, picture.
    fn quantities(&self, operation: Operation) -> Result<Vec<(&'static str, &[Vec<f64>], Figure)>> {
        let gate = |gate| figure::gate_heat_map(&self.trace, gate, self.batch);
        let n = &self.numbers;
        Ok(match operation {
            Operation::Forget => vec![("f", &n.f, gate(Gate::Forget)?)],
            Operation::Store => {
                vec![("i", &n.i, gate(Gate::Input)?), ("c̃", &n.candidate, gate(Gate::Candidate)?)]
            }
            Operation::Update => vec![("c", &n.c, figure::cell_state_heat_map(&self.trace, self.batch)?)],
            Operation::Output => {
                let h = figure::hidden_state_heat_map(&self.trace, self.batch)?;
                vec![("o", &n.o, gate(Gate::Output)?), ("h", &n.h, h)]
            }
        })
    }

    fn section(&self, number: usize, operation: Operation) -> Result<String> {
        let mut out = format!("<section><h4>{number}. {}</h4><p>", operation.name());
        out.push_str(&operation.formulas().join("<br>"));
        let _ = write!(out, "</p><p class=\"lstm-meta\">{}</p>", operation.purpose());
        for (symbol, values, figure) in self.quantities(operation)? {
            let units = self.numbers.units();
            let height = 128 + 22 * units.clamp(2, 12) as u32;
            let picture = figure.with_size(460, height)?.to_svg()?;
            let limit =
                values.iter().flatten().copied().filter(|v| v.is_finite()).fold(1.0, |a: f64, v| a.max(v.abs()));
            let caption = format!("{symbol} at each step (down) for each unit (across)");
            let table = Table {
                caption: &caption,
                row_name: "t",
                column_name: "unit",
                first: 1,
                shape: (values.len(), units),
                most: (16, 8),
            };
            let _ = write!(
                out,
                "<div class=\"lstm-row\"><div>{}</div><div class=\"lstm-scroll\">{}</div></div>",
                fluid(&picture),
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
