//! Text that others wrote, made safe to print (escape sequences of a terminal are taken out, or only colours are kept), and
//! bytes written in digits.

use std::iter::Peekable;
use std::str::Chars;

/// The text without escape sequences and control characters, line ends and tabs apart.
pub(crate) fn plain(text: &str) -> String {
    clean(text, false)
}

/// The text with its colours and nothing else that would act on a terminal; ends with the colours reset.
pub(crate) fn coloured(text: &str) -> String {
    let mut cleaned = clean(text, true);
    if cleaned.contains('\u{1b}') {
        cleaned.push_str("\u{1b}[0m");
    }
    cleaned
}

fn clean(text: &str, colours: bool) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => {
                let sequence = escape(&mut rest);
                if colours && sequence.ends_with('m') && sequence.starts_with('[') {
                    cleaned.push('\u{1b}');
                    cleaned.push_str(&sequence);
                }
            }
            '\n' | '\t' => cleaned.push(character),
            control if control.is_control() => {}
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// Takes the rest of an escape sequence: `[` to its final letter, `]` to its end mark, else one character.
fn escape(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut sequence = String::new();
    match rest.next() {
        Some('[') => {
            sequence.push('[');
            while let Some(character) = rest.next_if(|character| matches!(character, ' '..='~')) {
                sequence.push(character);
                if matches!(character, '@'..='~') {
                    break;
                }
            }
        }
        Some(']') => {
            while let Some(character) = rest.next() {
                if character == '\u{7}' || (character == '\u{1b}' && rest.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
        }
        _ => {}
    }
    sequence
}

/// Bytes as two hexadecimal digits each.
pub(crate) fn hex<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    bytes.into_iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_out_everything_that_acts_on_a_terminal() {
        let hostile = "a\u{1b}[31mred\u{1b}[0m\u{1b}[2J\u{1b}]0;title\u{7}b\u{1b}]8;;x\u{1b}\\c\u{8}\rd\tü\n";
        assert_eq!(plain(hostile), "aredbcd\tü\n");
        assert_eq!(coloured(hostile), "a\u{1b}[31mred\u{1b}[0mbcd\tü\n\u{1b}[0m");
        assert_eq!(plain("cut\u{1b}"), "cut");
        assert_eq!(plain("cut\u{1b}["), "cut");
        assert_eq!(plain("cut\u{1b}]never ended"), "cut");
        assert_eq!(coloured("no colour"), "no colour");
    }
}
