//! The stepper's page: controls, picture, vectors, the four operations in numbers.

use std::fmt::Write as _;

use super::html::{self, Table, cell, tint};
use super::operation::Operation;
use super::stepper::Stepper;
use crate::figure::{Palette, Pixels, png_data_uri};
use crate::{Result, diagram, xml};

const STYLE: &str = include_str!("stepper.css");
const SCRIPT: &str = include_str!("stepper.js");

impl Stepper {
    /// The page element with the given id.
    pub(super) fn page(&self, id: &str) -> Result<String> {
        let steps = self.steps();
        let data = xml::escape(&self.data().to_string());
        let picture = diagram::with_numbers(&|name| cell(self.first(name))).to_svg();
        let mut out = format!(
            "<section class=\"lstm-stepper\" id=\"{id}\" role=\"group\" tabindex=\"0\" data-lm-suppress-shortcuts=\"true\" \
             aria-label=\"LSTM cell, step by step\" data-trace=\"{data}\">\n<style>{}{STYLE}</style>\n",
            html::STYLE
        );
        let _ = write!(
            out,
            "<p class=\"static\">Step 1 of {steps}, unit 0. To step through, run the cell or trust the notebook.</p>{}",
            self.cut_note()
        );
        let _ = write!(
            out,
            "<div class=\"strip\" aria-hidden=\"true\"><span class=\"name\">c</span><div class=\"map\">\
             <img alt=\"\" src=\"{}\"><span class=\"cursor\"></span></div></div>",
            self.strip()?
        );
        let _ = write!(
            out,
            "<div class=\"picture\">{}</div>",
            html::picture(&picture, "the LSTM cell with its numbers at the first step")
        );
        out.push_str(&self.vectors());
        out.push_str("<div class=\"cards\">");
        for (k, operation) in Operation::ALL.into_iter().enumerate() {
            out.push_str(&self.card(k + 1, operation));
        }
        out.push_str("</div>");
        out.push_str(&self.all_steps());
        let _ = write!(out, "<script>{}</script></section>", SCRIPT.replace("__ID__", id));
        Ok(out)
    }

    /// What was left out of the page, in words.
    fn cut_note(&self) -> String {
        let n = &self.numbers;
        let cut: Vec<String> = [
            ("steps", self.steps(), n.steps()),
            ("inputs", self.inputs(), n.inputs()),
            ("units", self.units(), n.units()),
        ]
        .into_iter()
        .filter(|(_, shown, all)| shown < all)
        .map(|(name, shown, all)| format!("the first {shown} of {all} {name}"))
        .collect();
        if cut.is_empty() { String::new() } else { format!("<p class=\"note\">Shown: {}.</p>", cut.join(", ")) }
    }

    /// The cell state of all steps as a small picture.
    fn strip(&self) -> Result<String> {
        let (limit, c) = (self.limit(&self.numbers.c), &self.numbers.c);
        let pixels =
            Pixels::new(self.units(), self.steps(), |unit, t| Palette::Diverging.color(0.5 + c[t][unit] / limit / 2.0));
        Ok(png_data_uri(&pixels.to_png(800.0, 10.0 * self.units() as f64)?))
    }

    /// What goes in and what comes out, a row for each vector, a column for each unit, counted from 0.
    fn vectors(&self) -> String {
        let n = &self.numbers;
        let mut out =
            String::from("<div class=\"vectors lstm-view\"><div class=\"lstm-scroll\"><table class=\"lstm-numbers\">");
        let _ = write!(out, "<thead><tr><th scope=\"col\">input</th>{}</tr></thead><tbody>", headers(self.inputs()));
        out.push_str(&vector_row("x", "x<sub>t</sub>", &n.x[0][..self.inputs()], self.limit(&n.x)));
        out.push_str("</tbody></table></div><div class=\"lstm-scroll\"><table class=\"lstm-numbers units\">");
        let _ = write!(out, "<thead><tr><th scope=\"col\">unit</th>{}</tr></thead><tbody>", headers(self.units()));
        let rows: [(&str, &str, &[f64], f64); 8] = [
            ("h_before", "h<sub>t−1</sub>", &n.h0, 1.0),
            ("c_before", "c<sub>t−1</sub>", &n.c0, self.limit(&n.c)),
            ("f", "f<sub>t</sub>", &n.f[0], 1.0),
            ("i", "i<sub>t</sub>", &n.i[0], 1.0),
            ("candidate", "c̃<sub>t</sub>", &n.candidate[0], 1.0),
            ("c", "c<sub>t</sub>", &n.c[0], self.limit(&n.c)),
            ("o", "o<sub>t</sub>", &n.o[0], 1.0),
            ("h", "h<sub>t</sub>", &n.h[0], 1.0),
        ];
        for (name, label, values, limit) in rows {
            out.push_str(&vector_row(name, label, &values[..self.units()], limit));
        }
        out.push_str("</tbody></table></div></div>");
        out
    }

    /// An operation with its formulas, and the same with the numbers of one unit.
    fn card(&self, number: usize, operation: Operation) -> String {
        let slot = |name: &str| format!("<b data-slot=\"{name}\">{}</b>", cell(self.first(name)));
        let gate = |letter: &str, name: &str, activation: &str| {
            format!(
                "<i>{letter}</i> = {activation}({}) = {}{}",
                slot(&format!("pre_{name}")),
                slot(name),
                self.bar(name, if name == "candidate" { -1.0 } else { 0.0 })
            )
        };
        let lines = match operation {
            Operation::Forget => vec![gate("f", "f", "σ")],
            Operation::Store => vec![gate("i", "i", "σ"), gate("c̃", "candidate", "tanh")],
            Operation::Update => vec![
                format!("<i>f c</i><sub>t−1</sub> = {} · {} = {}", slot("f"), slot("c_before"), slot("kept")),
                format!("<i>i c̃</i> = {} · {} = {}", slot("i"), slot("candidate"), slot("stored")),
                format!("<i>c</i> = {} + {} = {}{}", slot("kept"), slot("stored"), slot("c"), self.bar("c", -1.0)),
            ],
            Operation::Output => vec![
                gate("o", "o", "σ"),
                format!(
                    "<i>h</i> = {} · tanh({}) = {} · {} = {}{}",
                    slot("o"),
                    slot("c"),
                    slot("o"),
                    slot("tanh_c"),
                    slot("h"),
                    self.bar("h", -1.0)
                ),
            ],
        };
        let lines: String = lines.iter().map(|line| format!("<p class=\"line\">{line}</p>")).collect();
        format!(
            "<section class=\"card\"><h4>{number}. {}</h4>{}{lines}</section>",
            operation.name(),
            operation.formulas()
        )
    }

    /// A bar from 0, on a scale that begins at `low` (0 or -1) times the quantity's limit.
    fn bar(&self, name: &str, low: f64) -> String {
        let limit = if name == "c" { self.limit(&self.numbers.c) } else { 1.0 };
        let part = (self.first(name) / limit).clamp(-1.0, 1.0);
        let part = if part.is_finite() { part } else { 0.0 };
        let (from, width, kind) = if low < 0.0 {
            (50.0 + part.min(0.0) * 50.0, part.abs() * 50.0, "signed")
        } else {
            (0.0, part.max(0.0) * 100.0, "gate")
        };
        let sign = if part < 0.0 { " negative" } else { "" };
        format!(
            "<span class=\"bar {kind}{sign}\" data-bar=\"{name}\" aria-hidden=\"true\">\
             <span style=\"left:{from:.1}%;width:{width:.1}%\"></span></span>"
        )
    }

    /// The states of all steps, folded.
    fn all_steps(&self) -> String {
        let n = &self.numbers;
        let table = |caption: &str, values: &[Vec<f64>]| {
            let table = Table {
                caption,
                row_name: "t",
                column_name: "unit",
                first: (1, 0),
                shape: (self.numbers.steps(), self.numbers.units()),
                most: (40, 12),
            };
            let limit = self.limit(values);
            format!("<div class=\"lstm-scroll\">{}</div>", table.html(&|t, unit| values[t][unit], limit))
        };
        format!(
            "<details class=\"lstm-view\"><summary>All steps in numbers</summary><div class=\"lstm-row\">{}{}</div></details>",
            table("cell state c", &n.c),
            table("hidden state h", &n.h)
        )
    }
}

fn headers(count: usize) -> String {
    (0..count).map(|k| format!("<th scope=\"col\">{k}</th>")).collect()
}

fn vector_row(name: &str, label: &str, values: &[f64], limit: f64) -> String {
    let cells: String = values.iter().map(|v| format!("<td{}>{}</td>", tint(*v, limit), cell(*v))).collect();
    format!("<tr data-row=\"{name}\"><th scope=\"row\">{label}</th>{cells}</tr>")
}
