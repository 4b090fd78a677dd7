//! The exercise sheets, answered by hand.

use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn recurrent_networks() {
    let first = 1f64.tanh();
    let second = (0.5 * first - 1.0).tanh();
    assert_right("e1/forward", Some([first, second]));
    assert_hint("e1/forward", Some([first, -first]), "forgets the first");
    assert_right("e1/parameters", Some(36 * 10 + 50 * 10 + 50 * 50 + 50 + 36 * 50 + 36));
    assert_hint("e1/parameters", Some(14_396), "LSTM");
    // 0.9 · 0.9 · … : 0.53 after six, 0.48 after seven
    assert!(0.9f64.powi(6) > 0.5 && 0.9f64.powi(7) < 0.5);
    assert_right("e1/half", Some(7));
    assert_hint("e1/half", Some(0.5f64.ln() / 0.9f64.ln()), "whole numbers");
    assert_right("e1/echo", Some(1.0 + 2.0 + 3.0 + 4.0));
    assert_right("e1/remedies", "BCE");
    assert_hint("e1/remedies", "ABCE", "lengthen");

    fn with_the_cell(x: &Tensor, h: &Tensor, w: &Tensor, u: &Tensor, b: &Tensor) -> Result<Tensor> {
        let parameters = Parameters::new(DType::F32, &Device::Cpu);
        let cell = RnnCell::new(w.dim(1)?, w.dim(0)?, Activation::Tanh, parameters.builder())?;
        cell.set_w(w)?;
        cell.set_u(u)?;
        cell.set_bias(0.0)?;
        cell.vars()[2].set(b)?;
        cell.forward(x, h)
    }
    let verdict = exercise("e1/rnn-step").check_fn(with_the_cell).unwrap();
    assert!(verdict.is_right(), "{verdict:?}");
}

#[test]
fn the_lstm() {
    // c = ½ · 2 + ½ = 1½
    assert_right("e2/gates-by-hand", Some([1.5, 0.5 * 1.5f64.tanh()]));
    assert_hint("e2/gates-by-hand", Some([1.5, 0.75]), "gated tanh");
    // f and i exchanged: 1 · 2 + ½ · ½ = 2¼
    assert_hint("e2/gates-by-hand", Some([2.25, 0.5 * 2.25f64.tanh()]), "changed places");
    let parameters = Parameters::new(DType::F32, &Device::Cpu);
    let cell = LstmCell::new(128, 256, parameters.builder()).unwrap();
    assert_right("e2/parameters", Some(cell.parameter_count() - 4 * 256));
    assert_hint("e2/parameters", Some(cell.parameter_count()), "PyTorch");
    assert_right("e2/gru", "ABD");
    assert_hint("e2/gru", "ABCD", "(1 − z) n + z h");
    assert_right("e2/gradients", "ACD");

    fn step(f: &Tensor, i: &Tensor, g: &Tensor, o: &Tensor, c: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((((f * c)? + (i * g)?)?.tanh()? * o)?))
    }
    assert!(exercise("e2/lstm-step").check_fn(step).unwrap().is_right());
}

#[test]
fn text() {
    assert_right("e3/true-or-false", "ABC");
    assert_hint("e3/true-or-false", "ABCD", "depends on the length");
    // one batch: 7 + 5 + 1 + 0; two: 2 + 0 and 1 + 0
    assert_right("e3/padding", Some([7 + 5 + 1, 2 + 1]));
    assert_right("e3/numericalise", Some([2, 5, 4, 1, 3]));
    assert_hint("e3/numericalise", Some([2, 5, 4, 6, 3]), "does not grow");
    assert_right("e3/shape", Some([30, 16, 100]));
    assert_hint("e3/shape", Some([16, 30, 100]), "batch first");
}

#[test]
fn applications() {
    let powers = [4f64.exp(), 2f64.exp(), 1.0];
    let sum: f64 = powers.iter().sum();
    assert_right("e4/temperature", Some(powers.map(|power| power / sum)));
    assert_hint("e4/temperature", Some([0.6652, 0.2447, 0.0900]), "temperature 1");
    assert_right("e4/sampling", "ABD");
    assert_hint("e4/sampling", "ABDE", "without chance");
    assert_right("e4/windows", Some((0..1000).filter(|start| start + 100 < 1000).count()));
    assert_right("e4/confusion", Some([36.0 / 40.0, 8.0 / 10.0]));
    assert_right("e4/encoder-decoder", "ADE");

    fn from_powers(scores: &Tensor, temperature: &Tensor) -> Result<Tensor> {
        let powers = scores.broadcast_mul(&temperature.recip()?)?.exp()?;
        let sum = powers.sum_keepdim(0)?;
        Ok(powers.broadcast_div(&sum)?)
    }
    assert!(exercise("e4/softmax-with-temperature").check_fn(from_powers).unwrap().is_right());
}
