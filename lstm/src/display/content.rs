//! One value in its forms: plain text and HTML.

/// What a notebook gets of a value: plain text for terminals and diffs, HTML for the page.
///
/// ```
/// use lstm::display::Content;
///
/// let content = Content::new("h = [1, 2]", "<b>h</b> = [1, 2]");
/// assert_eq!((content.plain(), content.html()), ("h = [1, 2]", "<b>h</b> = [1, 2]"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    plain: String,
    html: String,
}

impl Content {
    /// The two forms. `html` goes into the page as it is: escape what is not markup.
    pub fn new(plain: impl Into<String>, html: impl Into<String>) -> Self {
        Self { plain: plain.into(), html: html.into() }
    }

    /// The plain text.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The HTML.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The forms by mime type, the richest last: who keeps only the latest keeps that.
    pub(crate) fn forms(&self) -> [(&'static str, &str); 2] {
        [("text/plain", &self.plain), ("text/html", &self.html)]
    }
}
