//! Small pieces of HTML: tables of numbers, pictures, coloured cells.

use std::fmt::Write as _;

use crate::{figure, xml};

/// An SVG document as an `<img>` that shrinks with the page, `alt` for those who do not see it.
///
/// Not inline: JupyterLab strips inline SVG from a notebook that is not trusted and leaves its words behind, an `<img>`
/// it shows. Nor can the page's styles reach into an `<img>`, or ids on the page clash with those inside.
pub(crate) fn picture(svg: &str, alt: &str) -> String {
    format!(
        "<img style=\"max-width:100%;height:auto\" alt=\"{}\" src=\"{}\">",
        xml::escape(alt),
        figure::data_uri("image/svg+xml", svg.as_bytes())
    )
}

/// The styles that tables and sections share. JupyterLab's variables, where the page has them.
pub(crate) const STYLE: &str = include_str!("display.css");

/// Rows and columns of at most `limit` out of `count`: all, or the first and last with a gap (`None`) between.
pub(crate) fn elided(count: usize, limit: usize) -> Vec<Option<usize>> {
    if count <= limit {
        return (0..count).map(Some).collect();
    }
    let head = limit.div_ceil(2);
    let tail = limit - head;
    (0..head).map(Some).chain([None]).chain((count - tail..count).map(Some)).collect()
}

/// A number in a table: three decimals where that says something.
pub(crate) fn cell(value: f64) -> String {
    if value == 0.0 || !value.is_finite() || !(5e-4..1e4).contains(&value.abs()) {
        return figure::number(value);
    }
    let decimals = if value.abs() < 100.0 { 3 } else { 1 };
    format!("{value:.decimals$}").replace('-', "−")
}

/// A table of `values` with numbered rows and columns, its cells tinted by value on a scale of `limit`.
pub(crate) struct Table<'a> {
    pub(crate) caption: &'a str,
    pub(crate) row_name: &'a str,
    pub(crate) column_name: &'a str,
    /// The numbers of the first row and of the first column.
    pub(crate) first: (usize, usize),
    pub(crate) shape: (usize, usize),
    pub(crate) most: (usize, usize),
}

impl Table<'_> {
    pub(crate) fn html(&self, value: &dyn Fn(usize, usize) -> f64, limit: f64) -> String {
        let (rows, columns) = (elided(self.shape.0, self.most.0), elided(self.shape.1, self.most.1));
        let mut out = String::from("<table class=\"lstm-numbers\">");
        if !self.caption.is_empty() {
            let _ = write!(out, "<caption>{}</caption>", xml::escape(self.caption));
        }
        let corner = match (self.row_name, self.column_name) {
            ("", "") => String::new(),
            ("", name) | (name, "") => name.to_string(),
            (row, column) => format!("{row}\u{a0}╲\u{a0}{column}"),
        };
        let _ = write!(out, "<thead><tr><th scope=\"col\">{corner}</th>");
        for column in &columns {
            let _ = write!(out, "<th scope=\"col\">{}</th>", index(*column, self.column_name, self.first.1));
        }
        out.push_str("</tr></thead><tbody>");
        for row in &rows {
            let _ = write!(out, "<tr><th scope=\"row\">{}</th>", index(*row, self.row_name, self.first.0));
            for column in &columns {
                match (row, column) {
                    (Some(row), Some(column)) => {
                        let value = value(*row, *column);
                        let _ = write!(out, "<td{}>{}</td>", tint(value, limit), cell(value));
                    }
                    _ => out.push_str("<td>…</td>"),
                }
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table>");
        out
    }
}

/// The number of a row or column, counted from `first`; none where the axis has no name.
fn index(index: Option<usize>, name: &str, first: usize) -> String {
    match index {
        _ if name.is_empty() => String::new(),
        Some(k) => (k + first).to_string(),
        None => "…".into(),
    }
}

/// A see-through tint, orange above zero and blue below, that works on a light and on a dark page.
pub(crate) fn tint(value: f64, limit: f64) -> String {
    let part = (value / limit).clamp(-1.0, 1.0);
    if !part.is_finite() || part.abs() < 0.01 {
        return String::new();
    }
    let color = if part > 0.0 { "213,94,0" } else { "0,114,178" };
    format!(" style=\"background:rgba({color},{:.2})\"", part.abs() * 0.55)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_axis_keeps_both_ends() {
        assert_eq!(elided(3, 4), [Some(0), Some(1), Some(2)]);
        assert_eq!(elided(10, 4), [Some(0), Some(1), None, Some(8), Some(9)]);
    }
}
