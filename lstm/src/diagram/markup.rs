//! Labels with subscripts, superscripts and upright function names, as SVG text.
//!
//! `h_{t-1}` and `W^T` set what they look like; letters are italic unless they stand between bars, as in
//! `|tanh|(c_t)`. Plain labels are set as they are.

use std::fmt::Write as _;

use crate::xml;

/// The fonts of formulas and of words.
const MATH: &str = "'STIX Two Text','Cambria','Times New Roman',serif";
const WORDS: &str = "system-ui,'Helvetica Neue',Arial,sans-serif";

/// Where a label hangs on its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    pub(crate) fn css(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

/// A label: text, size in pixels, colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label<'a> {
    pub(crate) text: &'a str,
    pub(crate) size: f64,
    pub(crate) color: &'a str,
    pub(crate) anchor: Anchor,
    pub(crate) bold: bool,
}

/// A label in words, vertically centred on `y`.
pub(crate) fn words(label: Label<'_>, x: f64, y: f64) -> String {
    let weight = if label.bold { " font-weight=\"600\"" } else { "" };
    format!(
        "<text class=\"words\" x=\"{}\" y=\"{}\" font-family=\"{WORDS}\" font-size=\"{}\"{weight} fill=\"{}\" \
         text-anchor=\"{}\">{}</text>\n",
        n(x),
        n(y + label.size * 0.35),
        n(label.size),
        label.color,
        label.anchor.css(),
        xml::escape(label.text)
    )
}

/// A formula, vertically centred on `y`.
pub(crate) fn formula(label: Label<'_>, x: f64, y: f64) -> String {
    let mut out = format!(
        "<text class=\"formula\" x=\"{}\" y=\"{}\" font-family=\"{MATH}\" font-size=\"{}\" fill=\"{}\" \
         text-anchor=\"{}\">",
        n(x),
        n(y + label.size * 0.33),
        n(label.size),
        label.color,
        label.anchor.css()
    );
    let mut height = 0.0;
    for run in runs(label.text) {
        let target = match run.level {
            Level::Base => 0.0,
            Level::Sub => label.size * 0.22,
            Level::Super => -label.size * 0.36,
        };
        let size =
            if run.level == Level::Base { String::new() } else { format!(" font-size=\"{}\"", n(label.size * 0.7)) };
        let style = if run.italic { " font-style=\"italic\"" } else { "" };
        let shift = if target == height { String::new() } else { format!(" dy=\"{}\"", n(target - height)) };
        height = target;
        let _ = write!(out, "<tspan{shift}{size}{style}>{}</tspan>", accented(&run.text));
    }
    out.push_str("</text>\n");
    out
}

/// The text of a run with its tildes set over their letters as signs of their own: few fonts for formulas place a
/// combining tilde, and a browser then takes the letter, too, from another font.
fn accented(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split_inclusive('\u{303}') {
        match piece.strip_suffix('\u{303}') {
            Some(letters) => {
                let _ = write!(
                    out,
                    "{}<tspan dx=\"-0.36em\">\u{2dc}</tspan><tspan dx=\"0.03em\">\u{200b}</tspan>",
                    xml::escape(letters)
                );
            }
            None => out.push_str(&xml::escape(piece)),
        }
    }
    out
}

/// A number as an attribute: at most two decimals.
pub(crate) fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Base,
    Sub,
    Super,
}

#[derive(Debug, PartialEq, Eq)]
struct Run {
    text: String,
    level: Level,
    italic: bool,
}

/// The pieces of a formula that are set alike.
fn runs(source: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut level, mut upright, mut braces) = (Level::Base, false, false);
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '|' => upright = !upright,
            '_' | '^' => {
                level = if c == '_' { Level::Sub } else { Level::Super };
                braces = chars.next_if_eq(&'{').is_some();
            }
            '}' if braces => (level, braces) = (Level::Base, false),
            _ => {
                let c = if c == '-' { '−' } else { c };
                let combining = ('\u{300}'..='\u{36f}').contains(&c);
                let italic = c.is_alphabetic() && !upright;
                match runs.last_mut().filter(|run| run.level == level && (combining || run.italic == italic)) {
                    Some(run) => run.text.push(c),
                    None => runs.push(Run { text: c.to_string(), level, italic }),
                }
                if level != Level::Base && !braces && !chars.peek().is_some_and(|c| ('\u{300}'..='\u{36f}').contains(c))
                {
                    level = Level::Base;
                }
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscript_ends_where_its_braces_do() {
        let run = |text: &str, level, italic| Run { text: text.into(), level, italic };
        assert_eq!(
            runs("h_{t-1} = |tanh|W^T"),
            [
                run("h", Level::Base, true),
                run("t", Level::Sub, true),
                run("−1", Level::Sub, false),
                run(" = tanh", Level::Base, false),
                run("W", Level::Base, true),
                run("T", Level::Super, true),
            ]
        );
    }

    #[test]
    fn a_tilde_stays_with_its_letter() {
        assert_eq!(runs("c̃_t")[0].text, "c̃");
    }
}
