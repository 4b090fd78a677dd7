//! `06_gru_stacked_bidirectional`, answered by hand.

use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn a_step() {
    // ¾ · (-0.4) + ¼ · 0.8
    assert_right("06/update-by-hand", Some(-0.1));
    // ¾ · 0.8 + ¼ · (-0.4)
    assert_hint("06/update-by-hand", Some(0.5), "lecture's convention");

    fn lecture(z: &Tensor, n: &Tensor, h: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((h + (z * (n - h)?)?)?))
    }
    fn pytorch(z: &Tensor, n: &Tensor, h: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((n + (z * (h - n)?)?)?))
    }
    assert!(exercise("06/lecture-step").check_fn(lecture).unwrap().is_right());
    let hint = exercise("06/lecture-step").check_fn(pytorch).unwrap();
    assert!(hint.message().contains("PyTorch"), "{hint}");
}

#[test]
fn sizes() {
    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    let layer = Gru::new(10, 50, Options::default(), parameters.builder()).unwrap();
    assert_right("06/gru-parameters", Some(layer.parameter_count()));
    assert_hint("06/gru-parameters", Some(9150), "one bias");

    fn built(d: usize, h: usize, layers: usize) -> Result<usize> {
        let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
        Ok(Gru::new(d, h, Options::default().num_layers(layers), parameters.builder())?.parameter_count())
    }
    let verdict = exercise("06/stacked-parameters").check_fn(built).unwrap();
    assert!(verdict.is_right(), "{verdict:?}");

    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    let options = Options::default().num_layers(2).bidirectional(true);
    let layer = Gru::new(10, 5, options, parameters.builder()).unwrap();
    let (outputs, last) = layer.forward(&random::randn((7, 3, 10), &Device::Cpu).unwrap(), None).unwrap();
    assert_right("06/shapes", [outputs.dims(), last.dims()].concat());
    assert_hint("06/shapes", Some([7, 3, 5, 4, 3, 5]), "side by side");
}

#[test]
fn choices() {
    assert_right("06/both-directions", "ADE");
    assert_hint("06/both-directions", "AD", "week");
    assert_right("06/true-or-false", "BDF");
    assert_hint("06/true-or-false", "BDEF", "How many words");
}
