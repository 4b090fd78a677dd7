//! Whether code is complete: told from its tokens, so that a bracket in a string or a comment does not count.

use super::inspect;
use jupyter_protocol::{IsCompleteReply, IsCompleteReplyStatus};
use rustc_lexer::{LiteralKind, TokenKind, tokenize};

/// One more level of indentation.
const INDENT: &str = "    ";

/// Complete where every bracket, string and comment is closed; invalid where a bracket closes what was not open.
pub(super) fn check(code: &str) -> IsCompleteReply {
    if inspect::asked(code).is_some() {
        return reply(IsCompleteReplyStatus::Complete, 0);
    }
    let mut open = Vec::new();
    let mut unfinished = false;
    let mut last = None;
    for token in tokenize(code, rustc_lexer::FrontmatterAllowed::No) {
        match token.kind {
            TokenKind::OpenParen => open.push(TokenKind::CloseParen),
            TokenKind::OpenBracket => open.push(TokenKind::CloseBracket),
            TokenKind::OpenBrace => open.push(TokenKind::CloseBrace),
            close @ (TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace) => {
                let closes = open.pop() == Some(close);
                if !closes {
                    return reply(IsCompleteReplyStatus::Invalid, 0);
                }
            }
            TokenKind::BlockComment { terminated, .. } => unfinished |= !terminated,
            TokenKind::Literal { kind, .. } => unfinished |= is_unfinished(kind),
            TokenKind::Unknown => return reply(IsCompleteReplyStatus::Invalid, 0),
            _ => {}
        }
        if !matches!(token.kind, TokenKind::Whitespace | TokenKind::LineComment { .. }) {
            last = Some(token.kind);
        }
    }
    // An operator at the end waits for its other side.
    let waits = matches!(
        last,
        Some(
            TokenKind::Eq
                | TokenKind::Plus
                | TokenKind::Minus
                | TokenKind::Star
                | TokenKind::Slash
                | TokenKind::Dot
                | TokenKind::Comma
        )
    );
    if unfinished || waits || !open.is_empty() {
        return reply(IsCompleteReplyStatus::Incomplete, open.len());
    }
    reply(IsCompleteReplyStatus::Complete, 0)
}

fn is_unfinished(kind: LiteralKind) -> bool {
    match kind {
        LiteralKind::Str { terminated } | LiteralKind::ByteStr { terminated } | LiteralKind::CStr { terminated } => {
            !terminated
        }
        LiteralKind::RawStr { n_hashes } | LiteralKind::RawByteStr { n_hashes } | LiteralKind::RawCStr { n_hashes } => {
            n_hashes.is_none()
        }
        _ => false,
    }
}

fn reply(status: IsCompleteReplyStatus, depth: usize) -> IsCompleteReply {
    IsCompleteReply { status, indent: INDENT.repeat(depth) }
}

#[cfg(test)]
mod tests {
    use super::{IsCompleteReplyStatus, check};

    #[track_caller]
    fn is(code: &str, status: IsCompleteReplyStatus) {
        assert_eq!(format!("{:?}", check(code).status), format!("{status:?}"), "{code:?}");
    }

    #[test]
    fn whole_code_is_complete() {
        for code in ["", "let x = 1;", "x", "\"(\"", "// (", "fn f() {}", "'('", ":dep rand", "?Tensor"] {
            is(code, IsCompleteReplyStatus::Complete);
        }
    }

    #[test]
    fn open_code_is_incomplete_and_says_how_far_in_it_is() {
        for code in ["fn f() {", "f(", "\"abc", "/* a", "let x =", "r#\"a\"", "v.", "[1, (2"] {
            is(code, IsCompleteReplyStatus::Incomplete);
        }
        assert_eq!(check("fn f() {\n    g(").indent, "        ");
    }

    #[test]
    fn a_bracket_that_closes_nothing_is_invalid() {
        for code in [")", "(]", "fn f() }"] {
            is(code, IsCompleteReplyStatus::Invalid);
        }
    }
}
