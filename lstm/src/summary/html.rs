//! The table as HTML, for notebooks.

use super::Summary;
use super::layer::grouped;

impl Summary {
    /// The table with the formula of each number beside it. It uses the page's own colours, light or dark.
    pub fn to_html(&self) -> String {
        let mut rows = String::new();
        for layer in self.layers() {
            let pytorch = match layer.kind.explain_pytorch() {
                Some(formula) => format!("<br><small>PyTorch: {}</small>", escape(&formula)),
                None => String::new(),
            };
            rows += &format!(
                "<tr><td>{}</td><td><code>{}</code></td><td style=\"text-align:right\">{}</td>\
                 <td style=\"text-align:left\">{}{pytorch}</td></tr>",
                escape(&layer.title()),
                escape(&layer.output_shape()),
                grouped(layer.kind.parameters(), '\u{202f}'),
                escape(&layer.kind.explain()),
            );
        }
        let pytorch = if self.pytorch_parameters() == self.parameters() {
            String::new()
        } else {
            let count = grouped(self.pytorch_parameters(), '\u{202f}');
            format!("<small>PyTorch: {count}</small>")
        };
        format!(
            "<table><thead><tr><th>Layer (type)</th><th>Output shape</th><th>Parameters</th>\
             <th>Where they come from</th></tr></thead><tbody>{rows}</tbody>\
             <tfoot><tr><th>Total</th><td></td><th style=\"text-align:right\">{}</th>\
             <td style=\"text-align:left\">{pytorch}</td></tr></tfoot></table>",
            grouped(self.parameters(), '\u{202f}'),
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
