//! The table of a model's layers on the page.

use super::content::Content;
use super::html;
use super::rich::{self, Rich};
use crate::{Result, Summary};

impl Summary {
    /// Shows the table in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        rich::show(self);
    }
}

impl Rich for Summary {
    fn content(&self) -> Result<Content> {
        let table = self.to_html();
        let html = format!("<div class=\"lstm-view\"><style>{}</style>{table}</div>", html::STYLE);
        Ok(Content::new(self.to_string(), html))
    }
}
