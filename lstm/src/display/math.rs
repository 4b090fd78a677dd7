//! Formulas in plain HTML: italic letters, subscripts.
//!
//! Not MathML: in a notebook that is not trusted JupyterLab strips it down to its bare letters, and leaves these tags
//! as they are.

/// A formula on a line of its own.
pub(crate) fn formula(parts: &[String]) -> String {
    format!("<div class=\"lstm-formula\">{}</div>", parts.concat())
}

/// A letter with a subscript.
pub(crate) fn sub(letter: &str, index: &str) -> String {
    let index = match index {
        "t-1" => "<i>t</i>−1".into(),
        _ => mi(index),
    };
    format!("{}<sub>{index}</sub>", mi(letter))
}

/// A letter, or the upright name of a function.
pub(crate) fn mi(letter: &str) -> String {
    if letter == "tanh" { letter.into() } else { format!("<i>{letter}</i>") }
}

/// A sign between two terms, with space around it.
pub(crate) fn sign(sign: &str) -> String {
    format!(" {sign} ")
}

/// A bracket or a comma.
pub(crate) fn mark(mark: &str) -> String {
    mark.into()
}
