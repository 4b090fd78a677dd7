//! `04_lstm_gates`, answered by hand.

use lstm::prelude::*;

use crate::{assert_hint, assert_right};

#[test]
fn forget_gate() {
    fn right(x: &Tensor, h: &Tensor, w: &Tensor, u: &Tensor, b: &Tensor) -> Result<Option<Tensor>> {
        let both = Tensor::cat(&[x, h], 1)?.matmul(&Tensor::cat(&[w, u], 1)?.t()?)?;
        Ok(Some(Activation::Sigmoid.apply(&both.broadcast_add(b)?)?))
    }
    fn no_bias(x: &Tensor, h: &Tensor, w: &Tensor, u: &Tensor, _: &Tensor) -> Result<Tensor> {
        Activation::Sigmoid.apply(&(x.matmul(&w.t()?)? + h.matmul(&u.t()?)?)?)
    }
    fn not_transposed(x: &Tensor, _: &Tensor, w: &Tensor, _: &Tensor, _: &Tensor) -> Result<Tensor> {
        Ok(x.matmul(w)?)
    }
    let task = exercise("04/forget-gate");
    assert!(task.check_fn(right).unwrap().is_right());
    assert!(task.check_fn(no_bias).unwrap().message().contains("bias"));
    let hint = task.check_fn(not_transposed).unwrap();
    assert!(hint.message().contains("stopped with an error"), "{hint}");
}

#[test]
fn update() {
    fn right(f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((f.mul(c_prev)? + i.mul(candidate)?)?))
    }
    fn swapped(f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Option<Tensor>> {
        right(i, c_prev, f, candidate)
    }
    assert!(exercise("04/update").check_fn(right).unwrap().is_right());
    assert!(exercise("04/update").check_fn(swapped).unwrap().message().contains("changed places"));
    // 0.9 · 2 + 0.5 · (-0.8) = 1.8 - 0.4
    assert_right("04/update-by-hand", 1.4);
    assert_hint("04/update-by-hand", 2.2, "negative");
}

#[test]
fn hidden() {
    let task = exercise("04/hidden");
    assert!(task.check_fn(|o: &Tensor, c: &Tensor| c.tanh()?.mul(o)).unwrap().is_right());
    let hint = task.check_fn(|o: &Tensor, c: &Tensor| o.mul(c)).unwrap();
    assert!(hint.message().contains("no bounds"), "{hint}");
}

#[test]
fn half_life() {
    // σ(4.27)⁵⁰: 1 + e^-4.27 = 1.013982, to the power of -50 = 0.4995
    assert_right("04/half-life", 4.27);
    assert_hint("04/half-life", 4.0, "shorter");
    assert_hint("04/half-life", 5.0, "longer");
    assert_hint("04/half-life", 0.9862, "That is the gate");
}

#[test]
fn latch() {
    // erase = 0: b = 6; erase = 1: w + b = -6
    assert_right("04/latch", Some([-12.0, 6.0]));
    assert_hint("04/latch", [6, -12], "other order");
    assert_hint("04/latch", [-6, 6], "half open");
}

#[test]
fn statements() {
    assert_right("04/overrides", "A C E");
    assert_hint("04/overrides", "ABCE", "other gate");
    assert_right("04/true-or-false", "AEG");
    assert_hint("04/true-or-false", "ABEG", "product of two factors");
}

/// The statements about overrides, tried on a cell.
#[test]
fn overrides_do_what_the_statements_say() {
    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    let cell = LstmCell::new(3, 4, parameters.builder()).unwrap();
    let start = LstmState::new(
        Tensor::ones((1, 4), DType::F32, &Device::Cpu).unwrap(),
        Tensor::full(2f32, (1, 4), &Device::Cpu).unwrap(),
    )
    .unwrap();
    random::seed(1);
    let xs = random::randn((5, 1, 3), &Device::Cpu).unwrap();
    let last = |cell: &LstmCell, start: &LstmState| {
        let trace = cell.trace(&xs, Some(start)).unwrap();
        let row = |tensor: &Tensor| tensor.get(4).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        (row(&trace.c), row(&trace.h))
    };
    let nothing_written = cell.clone().with_override(Gate::Input, Override::CLOSED);
    assert!(last(&nothing_written, &start).0.iter().all(|c| *c < 2.0)); // B is false
    let kept = nothing_written.with_override(Gate::Forget, Override::OPEN);
    assert_eq!(last(&kept, &start).0, [2.0; 4]); // E is true
    let silent = cell.clone().with_override(Gate::Output, Override::CLOSED);
    assert_eq!(last(&silent, &start).1, [0.0; 4]); // C is true
    assert_ne!(last(&silent, &start).0, [2.0; 4]);
    let forgetful = cell.with_override(Gate::Forget, Override::CLOSED);
    let elsewhere = forgetful.zero_state(1).unwrap();
    assert_ne!(last(&forgetful, &start).1, last(&forgetful, &elsewhere).1); // D is false
}
