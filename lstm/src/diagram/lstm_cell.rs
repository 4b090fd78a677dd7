//! The LSTM cell, whole or with one operation pointed out.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::{Point, Sheet};
use super::style::{CELL, HIGHWAY, LAYER, POINTWISE, Paint, ROAD, STRONG, WIRE};

/// The part of the cell to point out; the rest is drawn faintly.
///
/// ```
/// use lstm::diagram::{self, Highlight};
///
/// let diagrams = Highlight::ALL.map(diagram::lstm_cell);
/// assert_ne!(diagrams[0].to_svg(), diagrams[1].to_svg());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Highlight {
    /// Nothing: the whole cell.
    Whole,
    /// The forget gate.
    Forget,
    /// The input gate of the store operation.
    Input,
    /// The candidate values of the store operation.
    Candidate,
    /// The update of the cell state.
    Update,
    /// The output gate.
    Output,
    /// The new hidden state.
    Hidden,
}

impl Highlight {
    /// All of them, in the order of the lecture.
    pub const ALL: [Highlight; 7] = [
        Highlight::Whole,
        Highlight::Forget,
        Highlight::Input,
        Highlight::Candidate,
        Highlight::Update,
        Highlight::Output,
        Highlight::Hidden,
    ];
}

/// The heights of the road, of the store's product, of the layers, and of the wire that feeds them.
const ROAD_Y: f64 = 110.0;
const STORE_Y: f64 = 182.0;
const LAYER_Y: f64 = 262.0;
const BUS_Y: f64 = 346.0;
/// The columns of the layers, and of the way from the cell state to the hidden state.
const FORGET_X: f64 = 270.0;
const INPUT_X: f64 = 372.0;
const CANDIDATE_X: f64 = 484.0;
const OUTPUT_X: f64 = 600.0;
const HIDDEN_X: f64 = 704.0;
const STORE_X: f64 = (INPUT_X + CANDIDATE_X) / 2.0;
const INPUT_WIRE_X: f64 = 200.0;
const LAYER_SIZE: (f64, f64) = (62.0, 42.0);
/// How far the drawing is moved up, to leave an even margin.
const RISE: f64 = 28.0;

/// The LSTM cell with `highlight` pointed out and its formula below.
///
/// ```
/// let svg = lstm::diagram::lstm_cell(lstm::diagram::Highlight::Whole).to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn lstm_cell(highlight: Highlight) -> Diagram {
    let mut sheet = Sheet::default();
    sheet.moved((0.0, -RISE), |s| draw(s, highlight));
    let (name, title, description, formula) = texts(highlight);
    let lines: Vec<&str> = formula.lines().collect();
    for (k, line) in lines.iter().enumerate() {
        let y = 476.0 - RISE + 36.0 * k as f64;
        sheet.math(line, (450.0, y), 24.0, Anchor::Middle);
    }
    let height = 468 - RISE as u32 + 36 * lines.len() as u32;
    Diagram::new(name, title, description, (900, height), sheet)
}

/// The whole cell with a number beside each quantity, for the stepper: `value` gives them by name.
pub(crate) fn with_numbers(value: &dyn Fn(&str) -> String) -> Diagram {
    let mut sheet = Sheet::default();
    sheet.moved((0.0, -RISE), |s| {
        draw(s, Highlight::Whole);
        numbers(s, value);
    });
    let (name, title, description, _) = texts(Highlight::Whole);
    Diagram::new(name, title, description, (900, 424), sheet)
}

fn numbers(sheet: &mut Sheet, value: &dyn Fn(&str) -> String) {
    use Anchor::{End, Middle, Start};
    for (name, at, anchor) in [
        ("c_before", (82.0, ROAD_Y - 16.0), Middle),
        ("h_before", (82.0, BUS_Y - 12.0), Middle),
        // Where there is room for a long number: across the wire from the gate's letter, or behind it.
        ("f", (FORGET_X - 12.0, 187.0), End),
        ("i", (INPUT_X + 10.0, 222.0), Start),
        ("candidate", (CANDIDATE_X + 38.0, 213.0), Start),
        ("o", (OUTPUT_X + 36.0, LAYER_Y + 26.0), Start),
        ("c", (826.0, ROAD_Y - 16.0), Middle),
        ("h", (826.0, BUS_Y - 12.0), Middle),
        ("kept", ((FORGET_X + STORE_X) / 2.0, ROAD_Y - 12.0), Middle),
        ("stored", (STORE_X + 10.0, 150.0), Start),
        ("tanh_c", (HIDDEN_X - 12.0, 218.0), End),
    ] {
        sheet.slot(name, &value(name), at, anchor);
    }
}

fn draw(sheet: &mut Sheet, highlight: Highlight) {
    use Highlight::{Candidate, Forget, Hidden, Input, Output, Update};
    let on = |parts: &[Highlight]| highlight == Highlight::Whole || parts.contains(&highlight);
    let paint = |parts: &[Highlight], paint: Paint| {
        if parts.contains(&highlight) { STRONG } else { paint }
    };

    sheet.rect((150.0, 56.0), (618.0, 336.0), 22.0, CELL);

    // What comes in: the joined vector [h, x] on its wire to the layers.
    let last = match highlight {
        Forget => FORGET_X,
        Input => INPUT_X,
        Candidate => CANDIDATE_X,
        Highlight::Whole | Update | Output | Hidden => OUTPUT_X,
    };
    sheet.group(false, |s| s.line(&[(last, BUS_Y), (OUTPUT_X, BUS_Y)], WIRE));
    sheet.group(on(&[Forget, Input, Candidate, Output]), |s| {
        s.line(&[(40.0, BUS_Y), (last, BUS_Y)], WIRE);
        s.arrow(&[(INPUT_WIRE_X, 424.0), (INPUT_WIRE_X, BUS_Y + 6.0)], WIRE);
        s.joint((INPUT_WIRE_X, BUS_Y));
        s.math("h_{t-1}", (82.0, BUS_Y + 22.0), 22.0, Anchor::Middle);
        s.math("x_t", (INPUT_WIRE_X + 14.0, 414.0), 22.0, Anchor::Start);
        s.math("[h_{t-1}, x_t]", (INPUT_WIRE_X + 10.0, BUS_Y + 20.0), 16.0, Anchor::Start);
    });

    // The road of the cell state, first the stretch that the forget gate scales.
    sheet.group(on(&[Forget, Update]), |s| {
        s.line(&[(40.0, ROAD_Y), (FORGET_X, ROAD_Y)], HIGHWAY);
        s.put_math("c_{t-1}", (82.0, ROAD_Y + 26.0), 22.0, Anchor::Middle, ROAD);
    });
    sheet.group(on(&[Update]), |s| s.line(&[(FORGET_X, ROAD_Y), (HIDDEN_X, ROAD_Y)], HIGHWAY));
    sheet.group(on(&[Update, Hidden]), |s| {
        s.arrow(&[(HIDDEN_X, ROAD_Y), (864.0, ROAD_Y)], HIGHWAY);
        s.put_math("c_t", (826.0, ROAD_Y + 26.0), 22.0, Anchor::Middle, ROAD);
    });

    let top = LAYER_Y - LAYER_SIZE.1 / 2.0;
    let layer = |sheet: &mut Sheet, x: f64, text: &str, name: &str, part: Highlight| {
        sheet.group(on(&[part]), |s| {
            feed(s, x);
            s.layer((x, LAYER_Y), LAYER_SIZE, text, paint(&[part], LAYER));
            s.aside(name, (x + 9.0, 312.0), 13.5, Anchor::Start);
        });
    };
    layer(sheet, FORGET_X, "σ", "forget", Forget);
    layer(sheet, INPUT_X, "σ", "input", Input);
    layer(sheet, CANDIDATE_X, "|tanh|", "candidate", Candidate);
    layer(sheet, OUTPUT_X, "σ", "output", Output);

    sheet.group(on(&[Forget, Update]), |s| {
        s.arrow(&[(FORGET_X, top), (FORGET_X, ROAD_Y + 18.0)], WIRE);
        s.math("f_t", (FORGET_X + 12.0, 182.0), 21.0, Anchor::Start);
        s.op((FORGET_X, ROAD_Y), "×", paint(&[Update], POINTWISE));
    });
    sheet.group(on(&[Input, Update]), |s| {
        s.arrow(&[(INPUT_X, top), (INPUT_X, STORE_Y), (STORE_X - 18.0, STORE_Y)], WIRE);
        s.math("i_t", (INPUT_X - 10.0, 208.0), 21.0, Anchor::End);
    });
    sheet.group(on(&[Candidate, Update]), |s| {
        s.arrow(&[(CANDIDATE_X, top), (CANDIDATE_X, STORE_Y), (STORE_X + 18.0, STORE_Y)], WIRE);
        s.math("c̃_t", (CANDIDATE_X + 10.0, 208.0), 21.0, Anchor::Start);
    });
    sheet.group(on(&[Update]), |s| {
        s.arrow(&[(STORE_X, STORE_Y - 17.0), (STORE_X, ROAD_Y + 18.0)], WIRE);
        s.op((STORE_X, STORE_Y), "×", paint(&[Update], POINTWISE));
        s.op((STORE_X, ROAD_Y), "+", paint(&[Update], POINTWISE));
    });
    sheet.group(on(&[Output, Hidden]), |s| {
        s.arrow(&[(OUTPUT_X + LAYER_SIZE.0 / 2.0, LAYER_Y), (HIDDEN_X - 18.0, LAYER_Y)], WIRE);
        s.math("o_t", (OUTPUT_X + 48.0, LAYER_Y - 16.0), 21.0, Anchor::Middle);
    });
    sheet.group(on(&[Hidden]), |s| hidden(s, paint(&[Hidden], POINTWISE)));
}

/// The wire from the bus up to the layer in column `x`.
fn feed(sheet: &mut Sheet, x: f64) {
    sheet.arrow(&[(x, BUS_Y), (x, LAYER_Y + LAYER_SIZE.1 / 2.0)], WIRE);
    if x < OUTPUT_X {
        sheet.joint((x, BUS_Y));
    }
}

/// From the cell state through tanh and the output gate's product to the hidden state.
fn hidden(sheet: &mut Sheet, paint: Paint) {
    let tanh: Point = (HIDDEN_X, 176.0);
    sheet.arrow(&[(HIDDEN_X, ROAD_Y), (HIDDEN_X, tanh.1 - 17.0)], WIRE);
    sheet.joint((HIDDEN_X, ROAD_Y));
    sheet.arrow(&[(HIDDEN_X, tanh.1 + 17.0), (HIDDEN_X, LAYER_Y - 18.0)], WIRE);
    sheet.arrow(&[(HIDDEN_X, LAYER_Y + 17.0), (HIDDEN_X, BUS_Y), (864.0, BUS_Y)], WIRE);
    sheet.op(tanh, "tanh", paint);
    sheet.op((HIDDEN_X, LAYER_Y), "×", paint);
    sheet.math("h_t", (826.0, BUS_Y + 22.0), 22.0, Anchor::Middle);
}

/// File name, title, description and formula.
fn texts(highlight: Highlight) -> (&'static str, &'static str, &'static str, &'static str) {
    match highlight {
        Highlight::Whole => (
            "lstm_cell",
            "The LSTM cell",
            "The cell state runs along the top from left to right. A sigmoid layer, the forget gate, scales it; a \
             sigmoid layer, the input gate, scales the candidate values of a tanh layer, and the product is added to \
             it. A third sigmoid layer, the output gate, scales the tanh of the new cell state, which gives the hidden \
             state. All four layers read the previous hidden state and the input.",
            "c_t = f_t ∘ c_{t-1} + i_t ∘ c̃_t\u{2003}\u{2003}\u{2003}h_t = o_t ∘ |tanh|(c_t)",
        ),
        Highlight::Forget => (
            "lstm_forget",
            "Forget: what to keep of the cell state",
            "The LSTM cell with the forget gate pointed out: a sigmoid layer reads the previous hidden state and the \
             input, and its output multiplies the old cell state.",
            "f_t = σ(W_f [h_{t-1}, x_t] + b_f)",
        ),
        Highlight::Input => (
            "lstm_input_gate",
            "Store, first part: the input gate",
            "The LSTM cell with the input gate pointed out: a sigmoid layer that decides which units are written to.",
            "i_t = σ(W_i [h_{t-1}, x_t] + b_i)",
        ),
        Highlight::Candidate => (
            "lstm_candidate",
            "Store, second part: the candidate values",
            "The LSTM cell with the candidate layer pointed out: a tanh layer that proposes new values for the cell \
             state.",
            "c̃_t = |tanh|(W_c [h_{t-1}, x_t] + b_c)",
        ),
        Highlight::Update => (
            "lstm_update",
            "Update: the new cell state",
            "The LSTM cell with the cell state pointed out: the old state times the forget gate, plus the candidate \
             times the input gate.",
            "c_t = f_t ∘ c_{t-1} + i_t ∘ c̃_t",
        ),
        Highlight::Output => (
            "lstm_output_gate",
            "Output: what to show of the cell state",
            "The LSTM cell with the output gate pointed out: a sigmoid layer that decides which units the rest of the \
             network sees.",
            "o_t = σ(W_o [h_{t-1}, x_t] + b_o)",
        ),
        Highlight::Hidden => (
            "lstm_hidden_state",
            "The new hidden state",
            "The LSTM cell with the way from the cell state to the hidden state pointed out: tanh, then the product \
             with the output gate.",
            "h_t = o_t ∘ |tanh|(c_t)",
        ),
    }
}
