//! The same seed gives the same numbers.

use lstm::prelude::*;
use lstm::random::Generator;

use crate::support::{CPU, flat};

#[test]
fn a_generator_repeats_itself() {
    let draw = |seed| {
        let mut generator = Generator::new(seed);
        let mut values = flat(&generator.randn((3, 4), DType::F32, &CPU).unwrap());
        values.extend(flat(&generator.uniform(-2.0..3.0, 5, DType::F64, &CPU).unwrap()));
        values.push(generator.next_f64());
        values
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn distributions_are_what_they_say() {
    let mut generator = Generator::new(1);
    let normal = flat(&generator.randn(100_000, DType::F64, &CPU).unwrap());
    let mean = normal.iter().sum::<f64>() / 1e5;
    let variance = normal.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e5;
    // Standard errors: 1/√10⁵ = 0.003 and √2 times that.
    assert!(mean.abs() < 0.015 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");

    let even = flat(&generator.uniform(-2.0..3.0, 100_000, DType::F64, &CPU).unwrap());
    assert!(even.iter().all(|x| (-2.0..3.0).contains(x)));
    let mean = even.iter().sum::<f64>() / 1e5;
    // The middle of the range; standard error 5/√12/√10⁵ = 0.005.
    assert!((mean - 0.5).abs() < 0.025, "{mean}");
}

#[test]
fn element_types_and_shapes_are_as_asked() {
    let mut generator = Generator::new(1);
    assert_eq!(random::randn((2, 3), &CPU).unwrap().dtype(), DType::F32);
    assert_eq!(random::uniform(0.0..1.0, (2, 3), &CPU).unwrap().dims(), [2, 3]);
    assert_eq!(generator.randn((), DType::F64, &CPU).unwrap().dims(), [0usize; 0]);
    let wrong = generator.randn(3, DType::U8, &CPU).unwrap_err().to_string();
    assert_eq!(wrong, "`dtype` must be a floating-point type, got u8");
    for bad in [1.0..1.0, 2.0..1.0, 0.0..f64::INFINITY, f64::NAN..1.0] {
        let wrong = random::uniform(bad, 3, &CPU).unwrap_err().to_string();
        assert!(wrong.starts_with("`range` must be finite"), "{wrong}");
    }
}
