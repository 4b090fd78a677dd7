//! `00_tour`, answered by hand.

use lstm::prelude::*;

#[test]
fn elements() {
    // 3 · 4 · 10
    assert!(exercise("00/elements").check(Some(120)).unwrap().is_right());
    assert!(exercise("00/elements").check(Some(17)).unwrap().message().contains("added"));
}

#[test]
fn half_open() {
    let halves = Tensor::new(&[[0.5f64; 5]; 2], &Device::Cpu).unwrap();
    assert!(exercise("00/half-open").check(halves).unwrap().is_right());
    let zeros = Tensor::zeros((2, 5), DType::F32, &Device::Cpu).unwrap();
    assert!(exercise("00/half-open").check(zeros).unwrap().message().contains("half"));
}

#[test]
fn sigmoid() {
    fn right(a: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((a.neg()?.exp()? + 1.0)?.recip()?))
    }
    fn turned(a: &Tensor) -> Result<Tensor> {
        Ok((a.exp()? + 1.0)?.recip()?)
    }
    assert!(exercise("00/sigmoid").check_fn(right).unwrap().is_right());
    assert!(exercise("00/sigmoid").check_fn(|a: &Tensor| Activation::Sigmoid.apply(a)).unwrap().is_right());
    assert!(exercise("00/sigmoid").check_fn(turned).unwrap().message().contains("sign"));
    assert!(exercise("00/sigmoid").check_fn(|a: &Tensor| a.tanh()).unwrap().message().contains("tanh"));
}

#[test]
fn after_an_error() {
    assert!(exercise("00/after-an-error").check("AC").unwrap().is_right());
    assert!(!exercise("00/after-an-error").check("ABC").unwrap().is_right());
}
