//! Formulas in MathML, which Chromium and Firefox set without any script or network.

/// A formula on a line of its own.
pub(crate) fn formula(parts: &[String]) -> String {
    format!(
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"inline\"><mrow>{}</mrow></math>",
        parts.concat()
    )
}

/// A letter, bold upright for a matrix or italic for the rest, with a subscript.
pub(crate) fn sub(letter: &str, index: &str) -> String {
    format!("<msub>{}<mrow>{}</mrow></msub>", mi(letter), indices(index))
}

/// A letter.
pub(crate) fn mi(letter: &str) -> String {
    match letter {
        "c̃" => "<mover accent=\"true\"><mi>c</mi><mo stretchy=\"false\">~</mo></mover>".into(),
        _ => format!("<mi>{letter}</mi>"),
    }
}

/// An operator or a bracket.
pub(crate) fn mo(operator: &str) -> String {
    format!("<mo stretchy=\"false\">{operator}</mo>")
}

fn indices(index: &str) -> String {
    match index {
        "t-1" => "<mi>t</mi><mo>−</mo><mn>1</mn>".into(),
        _ => mi(index),
    }
}
