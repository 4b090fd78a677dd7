//! What is known of a name: the answer to an inspect request, and the page for a cell `?name`, as IPython users ask.

use super::backend::Backend;
use super::failure::Failure;
use jupyter_protocol::{InspectReply, InspectRequest, JupyterMessageContent, Payload, ReplyStatus};

/// The answer to an inspect request.
pub(super) async fn answer(asked: InspectRequest, backend: &mut Backend) -> InspectReply {
    match backend.ask(asked).await {
        Some(JupyterMessageContent::InspectReply(reply)) if reply.status == ReplyStatus::Ok => reply,
        _ => InspectReply {
            found: false,
            data: Default::default(),
            metadata: Default::default(),
            status: ReplyStatus::Ok,
            error: None,
        },
    }
}

/// The name that a cell asks about: a question mark and the name are all of it.
pub(super) fn asked(code: &str) -> Option<&str> {
    let name = code.trim().strip_prefix('?')?.trim();
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
    (!name.is_empty() && name.chars().all(is_path)).then_some(name)
}

/// The page with what is known of a name, if anything is.
pub(super) async fn page(name: &str, backend: &mut Backend) -> Result<Option<Payload>, Failure> {
    let request = InspectRequest { code: name.to_owned(), cursor_pos: name.chars().count(), detail_level: Some(0) };
    match backend.ask(request).await {
        Some(JupyterMessageContent::InspectReply(reply)) => {
            Ok(reply.found.then_some(Payload::Page { data: reply.data, start: 0 }))
        }
        _ => {
            let evalue = format!("the engine did not say in time what `{name}` is: run the cell again");
            Err(Failure::new("NoAnswer", &evalue))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn a_name_behind_a_question_mark_is_a_question() {
        assert_eq!(asked("?Tensor"), Some("Tensor"));
        assert_eq!(asked("  ? lstm::Lstm::new\n"), Some("lstm::Lstm::new"));
        for code in ["?", "Tensor?", "x?", "? a + b", "let a = ?b;"] {
            assert_eq!(asked(code), None, "{code}");
        }
    }
}
