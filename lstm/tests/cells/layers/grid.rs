//! Layers against PyTorch in hundreds of configurations: outputs, last states and all gradients.

use std::collections::HashMap;

use lstm::candle_core::safetensors;
use lstm::prelude::*;

use super::{Kind, Net};
use crate::support::{CPU, golden, relative_error};

const LENGTHS: [usize; 3] = [2, 4, 1];

/// The largest relative errors seen, and the tensor of each.
struct Seen {
    largest: f64,
    at: String,
    tolerance: f64,
}

impl Seen {
    fn check(&mut self, what: &str, got: &Tensor, wanted: &Tensor) {
        let error = relative_error(got, wanted);
        assert!(error <= self.tolerance, "{what}: relative error {error:.1e}");
        if error > self.largest {
            (self.largest, self.at) = (error, what.to_owned());
        }
    }
}

/// Checks every configuration of a file, of which there are `count`.
fn check(file: &str, kind: Kind, tolerance: f64, count: usize) {
    let path = golden(file);
    let tensors = safetensors::load(&path, &CPU).unwrap();
    let mut groups: Vec<&str> = tensors.keys().filter_map(|name| name.strip_suffix(".outputs")).collect();
    groups.retain(|group| !group.ends_with(".loss"));
    groups.sort_unstable();
    assert_eq!(groups.len(), count);
    let mut seen = Seen { largest: 0.0, at: String::new(), tolerance };
    for group in groups {
        let net = Net::from_pytorch(kind, &path, &format!("{group}.net")).unwrap();
        check_group(file, group, &net, &tensors, &mut seen);
    }
    println!("{file}: {count} configurations, largest relative error {:.1e} ({})", seen.largest, seen.at);
}

fn check_group(file: &str, group: &str, net: &Net, tensors: &HashMap<String, Tensor>, seen: &mut Seen) {
    let get = |name: &str| &tensors[&format!("{group}.{name}")];
    let named = |part: &str| group.split('_').any(|word| word == part);
    let net = net.clone().batch_first(named("bf"));
    let wanted = Options {
        num_layers: group[1..2].parse().unwrap(),
        bidirectional: named("bi"),
        batch_first: named("bf"),
        dropout: 0.0,
        bias: !named("nobias"),
        proj_size: named("p2").then_some(2),
    };
    assert_eq!(net.options(), wanted, "{group}");

    let xs = Var::from_tensor(get("xs")).unwrap();
    let letters = if matches!(net, Net::Lstm(_)) { &["h", "c"][..] } else { &["h"] };
    let starts: Option<Vec<Var>> = named("state")
        .then(|| letters.iter().map(|letter| Var::from_tensor(get(&format!("{letter}0"))).unwrap()).collect());
    let state: Option<Vec<Tensor>> =
        starts.as_ref().map(|vars| vars.iter().map(|var| var.as_tensor().clone()).collect());
    let lengths = named("len").then_some(&LENGTHS[..]);

    let (outputs, last) = net.run(&xs, lengths, state.as_deref()).unwrap();
    let mut check = |name: &str, got: &Tensor, wanted: &Tensor| {
        seen.check(&format!("{file} {group} {name}"), got, wanted);
    };
    check("outputs", &outputs, get("outputs"));
    let mut loss = outputs.mul(get("loss.outputs")).unwrap().sum_all().unwrap();
    for (letter, part) in letters.iter().zip(&last) {
        check(letter, part, get(&format!("{letter}_n")));
        let weighted = part.mul(get(&format!("loss.{letter}"))).unwrap().sum_all().unwrap();
        loss = loss.add(&weighted).unwrap();
    }

    let store = loss.backward().unwrap();
    check("grad.xs", store.get(&xs).unwrap(), get("grad.xs"));
    for (letter, var) in letters.iter().zip(starts.iter().flatten()) {
        check(&format!("grad.{letter}0"), store.get(var).unwrap(), get(&format!("grad.{letter}0")));
    }
    let of_weights = get("grad.weights");
    let mut first = 0;
    for (k, var) in net.vars().iter().enumerate() {
        let wanted = of_weights.narrow(0, first, var.elem_count()).unwrap().reshape(var.shape()).unwrap();
        check(&format!("gradient of variable {k}"), store.get(var).unwrap(), &wanted);
        first += var.elem_count();
    }
    assert_eq!(first, of_weights.elem_count());
}

/// Of 360 configurations in all.
fn check_kind(name: &str, kind: Kind, count: usize) {
    check(&format!("grid_{name}_f32.safetensors"), kind, 1e-5, count);
    check(&format!("grid_{name}_f64.safetensors"), kind, 1e-10, count);
}

#[test]
fn tanh_layers_match_pytorch() {
    check_kind("rnn_tanh", Kind::Rnn(Activation::Tanh), 36);
}

#[test]
fn relu_layers_match_pytorch() {
    check_kind("rnn_relu", Kind::Rnn(Activation::Relu), 36);
}

#[test]
fn gru_layers_match_pytorch() {
    check_kind("gru", Kind::Gru, 36);
}

#[test]
fn lstm_layers_match_pytorch() {
    check_kind("lstm", Kind::Lstm, 72);
}
