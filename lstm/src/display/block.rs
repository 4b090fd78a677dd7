//! evcxr's output blocks on stdout: `EVCXR_BEGIN_CONTENT <mime>`, lines, `EVCXR_END_CONTENT`.
//!
//! A block may name the display that it makes or replaces, `EVCXR_BEGIN_CONTENT <mime> display_id=<id>`. evcxr itself
//! ignores what follows the mime type, so such a block is an ordinary output there. One mime type, which `lstm-kernel` knows
//! (`kernel/src/engine/watch.rs`), asks to clear the output.

use std::io::{self, Write as _};

use super::content::Content;

/// The blocks of `content`, one for each form, with or without a display id.
pub(crate) fn blocks(content: &Content, display_id: Option<&str>) -> String {
    let attribute = display_id.map(|id| format!(" display_id={id}")).unwrap_or_default();
    content.forms().into_iter().map(|(mime, form)| block(&format!("{mime}{attribute}"), form)).collect()
}

/// Plain text alone, as one block.
pub(crate) fn text_block(text: &str) -> String {
    block("text/plain", text)
}

/// One block, whose first line says what `head` says.
fn block(head: &str, form: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {head}\n{}\nEVCXR_END_CONTENT\n", harmless(form))
}

/// Whether this process runs the cells of a notebook: evcxr says so to its runtime.
pub(crate) fn is_notebook() -> bool {
    std::env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// The block that asks to clear the cell's output.
pub(crate) fn clear(wait: bool) -> String {
    block("application/vnd.lstm.clear-output", if wait { "wait" } else { "now" })
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
