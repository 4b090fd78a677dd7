//! The store: names, order, seeds, files, and candle-nn's layers and optimisers on top of it.

use lstm::candle_nn::{self, Optimizer};
use lstm::prelude::*;

use crate::support::{CPU, flat, normal};

fn model(parameters: &Parameters) -> (LstmCell, candle_nn::Embedding, candle_nn::Linear) {
    let vb = parameters.builder();
    let embedding = candle_nn::embedding(36, 10, vb.pp("embedding")).unwrap();
    let cell = LstmCell::new(10, 50, vb.pp("lstm")).unwrap();
    let head = candle_nn::linear(50, 36, vb.pp("dense")).unwrap();
    (cell, embedding, head)
}

#[test]
fn the_lectures_model_has_its_parameters() {
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    model(&parameters);
    assert_eq!(
        parameters.names(),
        [
            "embedding.weight",
            "lstm.weight_ih_l0",
            "lstm.weight_hh_l0",
            "lstm.bias_ih_l0",
            "lstm.bias_hh_l0",
            "dense.weight",
            "dense.bias"
        ]
    );
    // 360 + 12 400 + 1 836, PyTorch's count.
    assert_eq!(parameters.count(), 14_596);
    assert_eq!(parameters.vars().len(), 7);
    assert_eq!(parameters.get("lstm.weight_hh_l0").unwrap().dims(), [200, 50]);
    assert!(parameters.get("lstm.weight_hh_l1").is_none());
    assert!(format!("{parameters:?}").contains("\"dense.bias\": [36]"));
}

#[test]
fn the_same_seed_makes_the_same_model() {
    let values = |seed| {
        let parameters = Parameters::seeded(seed, DType::F32, &CPU);
        model(&parameters);
        parameters.vars().iter().flat_map(|var| flat(var)).collect::<Vec<f64>>()
    };
    assert_eq!(values(1), values(1));
    assert_ne!(values(1), values(2));
}

#[test]
fn hints_are_honoured() {
    let parameters = Parameters::seeded(1, DType::F64, &CPU);
    let vb = parameters.builder();
    let get = |name: &str, init| flat(&vb.get_with_hints((100, 400), name, init).unwrap());
    let constant = get("constant", candle_nn::Init::Const(2.5));
    assert!(constant.iter().all(|&x| x == 2.5));
    let spread = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        (mean, (squares / values.len() as f64).sqrt())
    };
    let (mean, deviation) = spread(&get("randn", candle_nn::Init::Randn { mean: 3.0, stdev: 0.5 }));
    assert!((mean - 3.0).abs() < 0.02 && (deviation - 0.5).abs() < 0.01);
    let even = get("uniform", candle_nn::Init::Uniform { lo: -1.0, up: 3.0 });
    assert!(even.iter().all(|x| (-1.0..=3.0).contains(x)));
    assert!((spread(&even).0 - 1.0).abs() < 0.03);
    // Kaiming for ReLU: deviation √2/√400 = 0.0707, either way; even spread ends at √3 of it, 0.1225.
    let (_, deviation) = spread(&get("kaiming", candle_nn::init::DEFAULT_KAIMING_NORMAL));
    assert!((deviation - 0.0707).abs() < 0.001);
    let even = get("kaiming_even", candle_nn::init::DEFAULT_KAIMING_UNIFORM);
    assert!((spread(&even).1 - 0.0707).abs() < 0.001);
    assert!(even.iter().all(|x| x.abs() <= 0.1225));
    // A range of no width is a constant.
    let flat_range = get("point", candle_nn::Init::Uniform { lo: 0.5, up: 0.5 });
    assert!(flat_range.iter().all(|&x| x == 0.5));
}

#[test]
fn a_name_asked_for_twice_is_one_variable() {
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    let (first, ..) = model(&parameters);
    let (second, ..) = model(&parameters);
    assert_eq!(parameters.vars().len(), 7);
    first.set_forget_bias(7.0).unwrap();
    assert_eq!(flat(&second.weights(Gate::Forget).unwrap().b), [7.0; 50]);
    let wrong = LstmCell::new(10, 49, parameters.builder().pp("lstm")).unwrap_err();
    assert!(format!("{wrong:?}").contains("lstm.weight_ih_l0"), "{wrong:?}");
    let wrong = parameters.builder().to_dtype(DType::F64);
    let wrong = LstmCell::new(10, 50, wrong.pp("lstm")).unwrap_err();
    assert!(format!("{wrong:?}").contains("is f32 on Cpu, asked for as f64"), "{wrong:?}");
}

#[test]
fn training_lowers_the_loss_and_is_repeatable() {
    let train = || {
        let parameters = Parameters::seeded(1, DType::F64, &CPU);
        let cell = LstmCell::new(3, 8, parameters.builder().pp("lstm")).unwrap();
        let head = candle_nn::linear(8, 1, parameters.builder().pp("head")).unwrap();
        let xs = normal(1, [6, 16, 3]);
        let wanted = xs.sum(0).unwrap().sum_keepdim(1).unwrap().tanh().unwrap();
        let mut optimizer = candle_nn::AdamW::new_lr(parameters.vars(), 0.02).unwrap();
        let mut losses = Vec::new();
        for _ in 0..60 {
            let (_, last) = cell.unroll(&xs, None).unwrap();
            let loss = candle_nn::loss::mse(&head.forward(&last.h).unwrap(), &wanted).unwrap();
            let mut store = loss.backward().unwrap();
            clip::by_norm(&mut store, &parameters.vars(), 1.0).unwrap();
            optimizer.step(&store).unwrap();
            losses.push(flat(&loss)[0]);
        }
        losses
    };
    let losses = train();
    assert!(losses[59] < 0.2 * losses[0], "{} to {}", losses[0], losses[59]);
    assert_eq!(losses, train());
}

#[test]
fn files_hold_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let saved = Parameters::seeded(1, DType::F32, &CPU);
    model(&saved);
    saved.save(&path).unwrap();
    saved.save(&path).unwrap(); // over the first

    let before = Parameters::seeded(2, DType::F32, &CPU);
    model(&before);
    before.load(&path).unwrap();
    let after = Parameters::seeded(3, DType::F64, &CPU);
    after.load(&path).unwrap();
    model(&after);
    assert_eq!(after.count(), saved.count());
    for name in saved.names() {
        let wanted = flat(&saved.get(&name).unwrap());
        assert_eq!(flat(&before.get(&name).unwrap()), wanted);
        assert_eq!(flat(&after.get(&name).unwrap()), wanted);
    }
    assert_eq!(after.get("dense.bias").unwrap().dtype(), DType::F64);
    // Nothing else was left in the folder.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_does_not_fit_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.safetensors");
    let small = Parameters::seeded(1, DType::F32, &CPU);
    candle_nn::embedding(36, 10, small.builder().pp("embedding")).unwrap();
    small.save(&path).unwrap();

    let large = Parameters::seeded(2, DType::F32, &CPU);
    model(&large);
    let embedding = flat(&large.get("embedding.weight").unwrap());
    let missing = large.load(&path).unwrap_err().to_string();
    assert!(missing.starts_with("no tensor `lstm.weight_ih_l0` in "), "{missing}");
    assert!(missing.ends_with("which holds `embedding.weight` [36, 10]"), "{missing}");
    assert_eq!(flat(&large.get("embedding.weight").unwrap()), embedding);

    let other = Parameters::seeded(2, DType::F32, &CPU);
    candle_nn::embedding(35, 10, other.builder().pp("embedding")).unwrap();
    let shape = other.load(&path).unwrap_err().to_string();
    assert!(shape.contains("must have shape [35, 10], got [36, 10]"), "{shape}");
}

#[test]
fn a_failed_save_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    let nowhere = folder.path().join("missing/model.safetensors");
    let error = format!("{:?}", parameters.save(&nowhere).unwrap_err());
    assert!(error.starts_with("cannot write ") && error.contains("caused by"), "{error}");
    // A folder in the way cannot be replaced, and no half-written file stays beside it.
    let taken = folder.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    assert!(parameters.save(&taken).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    // An empty store is a valid file.
    let empty = folder.path().join("empty.safetensors");
    parameters.save(&empty).unwrap();
    parameters.load(&empty).unwrap();
}

#[cfg(unix)]
#[test]
fn a_saved_model_has_ordinary_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (ours, ordinary) = (folder.path().join("model.safetensors"), folder.path().join("ordinary"));
    Parameters::seeded(1, DType::F32, &CPU).save(&ours).unwrap();
    std::fs::write(&ordinary, "").unwrap();
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&ordinary));
}
