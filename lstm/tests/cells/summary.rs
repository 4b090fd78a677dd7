//! The lecture's table and its arithmetic.

use lstm::prelude::*;

fn lecture() -> Summary {
    let table = Summary::new().embedding("embedding", 36, 10, 30).unwrap();
    table.lstm("lstm", 50).unwrap().dense("dense", 36).unwrap()
}

#[test]
fn the_table_is_the_lectures() {
    let counts: Vec<usize> = lecture().layers().iter().map(|l| l.kind.parameters()).collect();
    assert_eq!(counts, [360, 12_200, 1_836]);
    assert_eq!(lecture().parameters(), 14_396);
    let wanted = "\
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
embedding (Embedding)        (None, 30, 10)            360
_________________________________________________________________
lstm (LSTM)                  (None, 50)                12200
_________________________________________________________________
dense (Dense)                (None, 36)                1836
_________________________________________________________________
Total params: 14,396
Trainable params: 14,396
Non-trainable params: 0
_________________________________________________________________";
    assert_eq!(lecture().to_string(), wanted);
}

#[test]
fn every_number_is_explained() {
    let wanted = "\
embedding (Embedding): V · D = 36 · 10 = 360
lstm (LSTM): ((H + D + 1) · H) · 4 = ((50 + 10 + 1) · 50) · 4 = 12 200
  PyTorch, two biases a gate: ((H + D + 2) · H) · 4 = ((50 + 10 + 2) · 50) · 4 = 12 400
dense (Dense): (inputs + 1) · outputs = (50 + 1) · 36 = 1 836
total: 360 + 12 200 + 1 836 = 14 396
  PyTorch: 360 + 12 400 + 1 836 = 14 596";
    assert_eq!(lecture().explain(), wanted);
}

#[test]
fn pytorchs_count_is_what_the_cells_hold() {
    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    let cell = LstmCell::new(10, 50, parameters.builder().pp("lstm")).unwrap();
    assert_eq!(lecture().layers()[1].kind.pytorch_parameters(), cell.parameter_count());
    let rnn = RnnCell::new(10, 50, Activation::Tanh, parameters.builder().pp("rnn")).unwrap();
    let table = Summary::new().input(30, 10).unwrap().rnn("rnn", 50).unwrap();
    assert_eq!(table.pytorch_parameters(), rnn.parameter_count());
    // (50 + 10 + 1) · 50
    assert_eq!(table.parameters(), 3_050);
}

#[test]
fn stacked_layers_pass_sequences_on() {
    let table = Summary::new().input(100, 4).unwrap();
    let table = table.lstm_sequences("first", 8).unwrap().dropout("dropout").unwrap();
    let table = table.lstm("second", 6).unwrap().dense("out", 2).unwrap();
    let shapes: Vec<String> = table.layers().iter().map(|l| l.output_shape()).collect();
    assert_eq!(shapes, ["(None, 100, 8)", "(None, 100, 8)", "(None, 6)", "(None, 2)"]);
    // ((8+4+1)·8)·4 = 416, ((6+8+1)·6)·4 = 360, (6+1)·2 = 14.
    assert_eq!(table.parameters(), 416 + 360 + 14);
}

#[test]
fn html_has_the_numbers_and_no_markup_from_names() {
    let html = lecture().to_html();
    for part in ["<table>", "12\u{202f}200", "14\u{202f}396", "14\u{202f}596", "(None, 30, 10)"] {
        assert!(html.contains(part), "{part}");
    }
    let odd = Summary::new().input(1, 1).unwrap().dense("<b>&", 1).unwrap().to_html();
    assert!(odd.contains("&lt;b&gt;&amp; (Dense)") && !odd.contains("<b>"));
}

#[test]
fn layers_that_do_not_fit_are_refused() {
    let message = |result: Result<Summary>| result.unwrap_err().to_string();
    for text in [
        message(Summary::new().lstm("lstm", 5)),
        message(Summary::new().rnn("lstm", 5)),
        message(Summary::new().dense("lstm", 5)),
        message(Summary::new().dropout("lstm")),
    ] {
        assert!(text.contains("after `embedding` or `input`") && text.contains("`lstm`"), "{text}");
    }
    let twice = message(lecture().lstm("again", 5));
    assert!(twice.contains("`again` after a layer whose output is (None, 36)"), "{twice}");
    for (text, argument) in [
        (message(Summary::new().embedding("e", 0, 1, 1)), "`vocabulary`"),
        (message(Summary::new().embedding("e", 1, 0, 1)), "`dim`"),
        (message(Summary::new().embedding("e", 1, 1, 0)), "`time`"),
        (message(Summary::new().input(0, 1)), "`time`"),
        (message(Summary::new().input(1, 0)), "`features`"),
        (message(Summary::new().input(1, 1).unwrap().lstm("l", 0)), "`hidden`"),
        (message(lecture().dense("d", 0)), "`output`"),
    ] {
        assert_eq!(text, format!("{argument} must be at least 1, got 0"));
    }
}

#[test]
fn simple_layers_pass_sequences_on_too() {
    let table = Summary::new().input(30, 4).unwrap().rnn_sequences("first", 8).unwrap().rnn("second", 2).unwrap();
    let shapes: Vec<String> = table.layers().iter().map(|l| l.output_shape()).collect();
    assert_eq!(shapes, ["(None, 30, 8)", "(None, 2)"]);
    // (8+4+1)·8 = 104, (2+8+1)·2 = 22.
    assert_eq!(table.parameters(), 104 + 22);
}

#[test]
fn what_comes_in_is_said_once() {
    let message = |result: Result<Summary>| result.unwrap_err().to_string();
    let text = message(lecture().input(3, 4));
    assert!(text.contains("first in the table") && text.ends_with("got `input` after `dense`"), "{text}");
    let text = message(lecture().embedding("words", 5, 6, 7));
    assert!(text.ends_with("got `words` after `dense`"), "{text}");
    let text = message(Summary::new().input(3, 4).unwrap().embedding("words", 5, 6, 7));
    assert!(text.ends_with("got `words` after `input`"), "{text}");
}

#[test]
fn counts_never_wrap() {
    let (half, most) = (1usize << 32, usize::MAX);
    let of = |features| Summary::new().input(1, features).unwrap();
    for result in [
        Summary::new().embedding("large", half, half, 1),
        of(1).lstm("large", half),
        of(1).rnn_sequences("large", half),
        of(most).lstm("large", 1),
        of(most).dense("large", 1),
        // 2⁵⁹ + 1 and (1 + 1) · 2⁵⁸: each is allowed, both together are more than 2⁶⁰ - 1.
        of(1 << 59).dense("wide", 1).unwrap().dense("large", 1 << 58),
    ] {
        let text = result.unwrap_err().to_string();
        assert!(text.contains("got `large` with more; make its sizes smaller"), "{text}");
    }
    let kind = lstm::summary::Kind::Lstm { input: most, hidden: most };
    assert_eq!((kind.parameters(), kind.pytorch_parameters()), (most, most));
}
