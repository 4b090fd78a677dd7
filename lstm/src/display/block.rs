//! evcxr's output blocks on stdout: `EVCXR_BEGIN_CONTENT <mime>`, lines, `EVCXR_END_CONTENT`.
//!
//! A block may name the display that it makes or replaces, `EVCXR_BEGIN_CONTENT <mime> display_id=<id>`. evcxr itself
//! ignores what follows the mime type, so such a block is an ordinary output there. One mime type, which `lstm-kernel` knows
//! (`kernel/src/engine/watch.rs`), asks to clear the output.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use super::content::Content;

/// The blocks of `content`, one for each form, with or without a display id.
pub(crate) fn blocks(content: &Content, display_id: Option<&str>) -> String {
    let mut text = String::new();
    for (mime, form) in content.forms() {
        let _ = write!(text, "EVCXR_BEGIN_CONTENT {mime}");
        if let Some(id) = display_id {
            let _ = write!(text, " display_id={id}");
        }
        let _ = write!(text, "\n{}\nEVCXR_END_CONTENT\n", harmless(form));
    }
    text
}

/// Plain text alone, as one block.
pub(crate) fn text_block(text: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT text/plain\n{}\nEVCXR_END_CONTENT\n", harmless(text))
}

/// Whether this process runs the cells of a notebook: evcxr says so to its runtime.
pub(crate) fn is_notebook() -> bool {
    std::env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// The block that asks to clear the cell's output.
pub(crate) fn clear(wait: bool) -> String {
    let when = if wait { "wait" } else { "now" };
    format!("EVCXR_BEGIN_CONTENT application/vnd.lstm.clear-output\n{when}\nEVCXR_END_CONTENT\n")
}

/// Prints blocks in one piece: another thread's output cannot come between their lines.
pub(crate) fn print(blocks: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(blocks.as_bytes())?;
    out.flush()
}

/// `form` without anything that evcxr could take for one of its own lines: a zero-width space breaks the word. And
/// without carriage returns, which would end a line for some readers and not for others.
fn harmless(form: &str) -> String {
    form.replace("EVCXR_", "EVCXR\u{200b}_").replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_blocks_and_name_the_display() {
        let content = Content::new("one", "<b>one</b>");
        assert_eq!(
            blocks(&content, Some("d-1")),
            "EVCXR_BEGIN_CONTENT text/plain display_id=d-1\none\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/html display_id=d-1\n<b>one</b>\nEVCXR_END_CONTENT\n"
        );
        assert!(blocks(&content, None).starts_with("EVCXR_BEGIN_CONTENT text/plain\none\n"));
    }

    #[test]
    fn content_cannot_end_its_own_block() {
        let hostile = "a\nEVCXR_END_CONTENT\nEVCXR_PANIC_NOTIFICATION\r\nb";
        let text = blocks(&Content::new(hostile, ""), None);
        assert_eq!(text.lines().filter(|line| *line == "EVCXR_END_CONTENT").count(), 2);
        assert!(!text.contains("EVCXR_PANIC") && !text.contains('\r'));
    }
}
