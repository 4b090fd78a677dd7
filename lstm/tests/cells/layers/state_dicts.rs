//! Layers from files: by name into a store, or read whole with everything about them inferred.

use std::collections::HashMap;
use std::path::Path;

use lstm::candle_core::safetensors;
use lstm::prelude::*;

use super::{Kind, Net, message};
use crate::support::{CPU, flat, golden, relative_error};

const GROUP: &str = "l2_bi_len_p2_state";

/// The tensors of one network of PyTorch's, under its own names.
fn state_dict() -> HashMap<String, Tensor> {
    let tensors = safetensors::load(golden("grid_lstm_f64.safetensors"), &CPU).unwrap();
    let start = format!("{GROUP}.net.");
    tensors.into_iter().filter_map(|(name, value)| Some((name.strip_prefix(&start)?.to_owned(), value))).collect()
}

fn saved(tensors: &HashMap<String, Tensor>, check: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    safetensors::save(tensors, &path).unwrap();
    check(&path);
}

#[test]
fn a_state_dict_loads_by_name_into_a_store() {
    let all = safetensors::load(golden("grid_lstm_f64.safetensors"), &CPU).unwrap();
    let get = |name: &str| &all[&format!("{GROUP}.{name}")];
    let options = Options::default().num_layers(2).bidirectional(true).proj_size(2);
    saved(&state_dict(), |path| {
        // Before the file is loaded, and after it.
        let early = Parameters::seeded(1, DType::F64, &CPU);
        let before = Lstm::new(3, 3, options, early.builder()).unwrap();
        early.load(path).unwrap();
        let late = Parameters::seeded(1, DType::F64, &CPU);
        late.load(path).unwrap();
        let after = Lstm::new(3, 3, options, late.builder()).unwrap();
        let state = LstmState::projected(get("h0").clone(), get("c0").clone()).unwrap();
        for lstm in [before, after] {
            let (outputs, last) = lstm.forward_padded(get("xs"), &[2, 4, 1], Some(&state)).unwrap();
            assert!(relative_error(&outputs, get("outputs")) < 1e-10);
            assert!(relative_error(&last.c, get("c_n")) < 1e-10);
        }
        assert_eq!(early.vars().len(), 20);
    });
}

#[test]
fn what_a_store_saves_is_read_whole() {
    for kind in Kind::ALL {
        let options = Options::default().num_layers(2).bidirectional(true).bias(false);
        let parameters = Parameters::seeded(5, DType::F32, &CPU);
        let net = Net::new(kind, 3, 4, options, parameters.builder().pp("encoder").pp("rnn")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        parameters.save(&path).unwrap();
        for prefix in ["encoder.rnn", "encoder.rnn."] {
            let read = Net::from_pytorch(kind, &path, prefix).unwrap();
            assert_eq!(read.options(), options);
            assert_eq!(read.vars().len(), net.vars().len());
            for (ours, theirs) in net.vars().iter().zip(&read.vars()) {
                assert_eq!(flat(ours), flat(theirs));
            }
        }
    }
}

#[test]
fn one_cell_of_a_stack_can_be_read() {
    let path = golden("grid_lstm_f64.safetensors");
    let tensors = state_dict();
    let cell = LstmCell::from_pytorch(&path, &format!("{GROUP}.net"), Place::reverse(1), &CPU).unwrap();
    assert_eq!((cell.input_size(), cell.hidden_size(), cell.output_size()), (4, 3, 2));
    let names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"];
    assert_eq!(cell.vars().len(), names.len());
    for (var, name) in cell.vars().iter().zip(names) {
        assert_eq!(flat(var), flat(&tensors[&format!("{name}_l1_reverse")]));
    }
    let gru = GruCell::from_pytorch(golden("grid_gru_f64.safetensors"), "l1_bi_nobias.net", Place::reverse(0), &CPU);
    assert_eq!(gru.unwrap().vars().len(), 2);
}

#[test]
fn files_that_are_no_such_stack() {
    let read = |change: &dyn Fn(&mut HashMap<String, Tensor>)| {
        let mut tensors = state_dict();
        change(&mut tensors);
        let mut text = String::new();
        saved(&tensors, |path| text = message(Lstm::from_pytorch(path, "", &CPU)));
        text
    };
    let put = |name: &'static str, dims: &'static [usize]| {
        move |tensors: &mut HashMap<String, Tensor>| {
            tensors.insert(name.to_owned(), Tensor::zeros(dims, DType::F64, &CPU).unwrap());
        }
    };
    let take = |names: &'static [&'static str]| {
        move |tensors: &mut HashMap<String, Tensor>| names.iter().for_each(|name| drop(tensors.remove(*name)))
    };
    for (text, wanted) in [
        (read(&take(&["weight_hh_l0"])), "no tensor `weight_hh_l0` in "),
        (read(&take(&["weight_ih_l0_reverse"])), "no tensor `weight_ih_l0_reverse` in "),
        (read(&take(&["weight_hh_l1_reverse"])), "no tensor `weight_hh_l1_reverse` in "),
        (read(&take(&["bias_hh_l1"])), "no tensor `bias_hh_l1` in "),
        (read(&put("weight_hh_l5", &[12, 3])), "no tensor `weight_hh_l2` in "),
    ] {
        assert!(text.starts_with(wanted), "{text}");
    }
    for (text, wanted) in [
        (read(&put("weight_ih_l1", &[12, 3])), "`weight_ih_l1` takes 3 inputs, and 4 come in"),
        (
            read(&take(&["bias_ih_l1", "bias_hh_l1"])),
            "the cells of `weight_ih_l1` and of the first layer differ in having biases",
        ),
        (read(&take(&["weight_hr_l1"])), "must have shape [4H = 8, D >= 1], got [12, 4]"),
        (read(&put("weight_hr_l0", &[1, 3])), "tensor `weight_hr_l0` in "),
    ] {
        assert!(text.contains(wanted), "{text}");
    }
    let text = read(&|tensors| {
        for value in tensors.iter_mut().filter(|(name, _)| name.ends_with("_l1")).map(|(_, value)| value) {
            *value = value.to_dtype(DType::F32).unwrap();
        }
    });
    assert_eq!(text, "`weights of one stack` must be f64, got f32: convert it with `to_dtype`");

    // An LSTM is no GRU, and no simple network.
    saved(&state_dict(), |path| {
        for kind in [Kind::Gru, Kind::Rnn(Activation::Tanh)] {
            let text = message(Net::from_pytorch(kind, path, ""));
            assert!(text.starts_with("tensor `weight_ih_l0` in "), "{text}");
        }
    });
}
