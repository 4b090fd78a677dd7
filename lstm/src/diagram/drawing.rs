//! A finished diagram: SVG, file, picture in a notebook.

use std::path::Path;

use super::markup::n;
use super::sheet::Sheet;
use crate::display::{self, Content, Rich};
use crate::{Error, Result, atomic_file, xml};

/// A lecture diagram. As the last expression of a notebook cell it shows itself.
///
/// ```
/// let diagram = lstm::diagram::gate();
/// assert!(diagram.to_svg().contains(diagram.title()));
/// assert!(diagram.file_name().ends_with(".svg"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    size: (u32, u32),
    body: String,
}

impl Diagram {
    pub(crate) fn new(
        name: &'static str,
        title: &'static str,
        description: &'static str,
        size: (u32, u32),
        sheet: Sheet,
    ) -> Self {
        Self { name, title, description, size, body: sheet.into_body() }
    }

    /// The name of its file in `images/`, such as `lstm_cell.svg`.
    pub fn file_name(&self) -> String {
        format!("{}.svg", self.name)
    }

    /// What it shows, in a few words.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// What it shows, for those who do not see it.
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// The diagram as an SVG document with its own light panel. The same every time, byte for byte.
    pub fn to_svg(&self) -> String {
        let (width, height) = self.size;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n\
             <rect class=\"panel\" x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"14\" fill=\"#fcfbf8\" \
             stroke=\"#d9d6cc\" stroke-width=\"1.5\"/>\n{body}</svg>\n",
            n(f64::from(width) - 2.0),
            n(f64::from(height) - 2.0),
            title = xml::escape(self.title),
            description = xml::escape(self.description),
            body = self.body
        )
    }

    /// Writes the SVG to `path`, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `path` ends in `.svg`, [`Error::File`] if it cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("svg")) {
            return Err(Error::Argument {
                argument: "path",
                expected: "a file name that ends in .svg".into(),
                got: path.display().to_string(),
            });
        }
        atomic_file::write(path, self.to_svg().as_bytes())
    }

    /// Shows the diagram in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        display::show(self);
    }
}

impl Rich for Diagram {
    fn content(&self) -> Result<Content> {
        Ok(Content::new(
            format!("{}\n{}", self.title, self.description),
            display::picture(&self.to_svg(), &format!("{}. {}", self.title, self.description)),
        ))
    }
}
