//! Every exercise of the registry: the right answer passes, others fail with a hint that does not give it away.

use candle_core::{DType, Device, Tensor};

use super::registry;
use super::task::Task;
use super::*;
use crate::Error;

/// Answers that no exercise may accept or fall over.
fn odd_answers() -> Vec<Answer> {
    let tensor = |value: f32| Answer::Tensor(Tensor::full(value, (2, 3), &Device::Cpu).unwrap());
    vec![
        Answer::Number(f64::NAN),
        Answer::Number(f64::INFINITY),
        Answer::Number(-7.25),
        Answer::Numbers(vec![]),
        Answer::Numbers(vec![1.0, f64::NAN]),
        Answer::Text("no idea".to_owned()),
        Answer::Text("?".to_owned()),
        Answer::Failed("it broke".to_owned()),
        tensor(f32::NAN),
        tensor(0.5),
        Answer::Tensor(Tensor::zeros((0, 2), DType::F32, &Device::Cpu).unwrap()),
    ]
}

fn check_value(task: &Task, right: &Answer, wrong: Vec<Answer>) {
    assert!(task.judge(right).unwrap().is_right(), "{}: {right:?}", task.id());
    let mut distinct = std::collections::BTreeSet::new();
    for answer in wrong {
        let verdict = task.judge(&answer).unwrap();
        assert_eq!(verdict.outcome(), Outcome::NotYet, "{}: {answer:?}", task.id());
        assert!(!verdict.message().trim().is_empty(), "{}: no hint for {answer:?}", task.id());
        assert!(!gives_away(verdict.message(), right), "{}: {verdict}", task.id());
        distinct.insert(verdict.message().to_owned());
    }
    assert!(distinct.len() >= 3, "{}: hints {distinct:?}", task.id());
}

/// Whether the text contains the answer.
fn gives_away(text: &str, answer: &Answer) -> bool {
    let close: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{202f}').collect();
    let number = |n: &f64| n.to_string();
    match answer {
        Answer::Number(n) => {
            let words = text.split(|c: char| !(c.is_ascii_digit() || "., _\u{202f}".contains(c)));
            words
                .map(|word| word.replace(['_', ' ', '\u{202f}', ','], ""))
                .any(|word| word.trim_matches('.') == number(n))
        }
        Answer::Numbers(all) => close.contains(&format!("[{}]", all.iter().map(number).collect::<Vec<_>>().join(","))),
        Answer::Text(letters) => {
            let spaced: Vec<String> = letters.chars().map(String::from).collect();
            close.contains(&format!("\"{letters}\"")) || close.contains(&spaced.join(","))
        }
        _ => false,
    }
}

/// For every exercise that wants a function: pieces that tell the solution where they stand together in one message.
/// Written without blanks, in lower case.
const TELLING: [(&str, &[&str]); 31] = [
    ("00/sigmoid", &["neg", "exp", "recip"]),
    ("00/sigmoid", &["1/(1+"]),
    ("01/count", &["d+h+1"]),
    ("02/one-step-back", &["matmul(u"]),
    ("02/one-step-back", &["1−h²"]),
    ("03/tanh-slope", &["1−h²"]),
    ("03/tanh-slope", &["1.0-h*h"]),
    ("03/clip-by-norm", &["norm<=1", "/norm"]),
    ("03/clip-by-norm", &["max(1.0)"]),
    ("04/forget-gate", &["matmul", "sigmoid"]),
    ("04/update", &["f.mul", "i.mul"]),
    ("04/update", &["f·c", "i·"]),
    ("04/hidden", &["o.mul", "tanh"]),
    ("04/hidden", &["o·tanh"]),
    ("05/last-step", &["(..", "-1"]),
    ("05/last-step", &["narrow(1,"]),
    ("05/count-lstm", &["4", "d+h+1"]),
    ("05/count-stacked", &["d+h+1"]),
    ("05/count-stacked", &["2h+1"]),
    ("06/lecture-step", &["1−z"]),
    ("06/stacked-parameters", &["d+h+2"]),
    ("06/stacked-parameters", &["2h+2"]),
    ("07/masked-mean", &["broadcast_mul", "broadcast_div"]),
    ("07/masked-mean", &["sum(0)"]),
    ("08/bits-per-character", &["log", "mean_all"]),
    ("08/one-hot-model", &["v+h+2"]),
    ("08/one-hot-model", &["4h", "h+1"]),
    ("09/mixed-probability", &["pair/before", "alone"]),
    ("e1/rnn-step", &["matmul", "tanh"]),
    ("e2/lstm-step", &["o∘tanh"]),
    ("e4/softmax-with-temperature", &["broadcast_div(t"]),
];

/// Whether the text spells out the function that the exercise wants.
fn spells_out(text: &str, id: &str) -> bool {
    let close: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    TELLING.iter().any(|(of, pieces)| *of == id && pieces.iter().all(|piece| close.contains(piece)))
}

#[test]
fn hints_for_functions_do_not_spell_them_out() {
    let told = "Work from the inside out: `a.neg()?`, then `.exp()?`, then plus one, then one over it (`recip`).";
    assert!(spells_out(told, "00/sigmoid"));
    assert!(spells_out("`c.tanh()?` gives the tanh of each element, `o.mul(…)?` gates it.", "04/hidden"));
    for task in registry::all().filter(|task| task.functions().is_some()) {
        assert!(TELLING.iter().any(|(id, _)| *id == task.id()), "say in TELLING what solves {}", task.id());
        let (begin, otherwise, _) = task.messages();
        for hint in task.hints().into_iter().chain([begin, otherwise]) {
            assert!(!spells_out(hint, task.id()), "{}: {hint}", task.id());
        }
    }
}

#[test]
fn ids_differ_and_name_their_notebook() {
    let ids = ids();
    for id in &ids {
        let (notebook, name) = id.split_once('/').unwrap();
        let number = notebook.strip_prefix('e').map_or((notebook, 2), |sheet| (sheet, 1));
        assert!(number.0.len() == number.1 && number.0.bytes().all(|b| b.is_ascii_digit()), "{id}");
        assert!(
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{id}"
        );
    }
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
}

#[test]
fn every_task_says_how_to_begin_and_what_right_means() {
    for task in registry::all() {
        let (begin, otherwise, right) = task.messages();
        for message in [begin, otherwise, right] {
            assert!(message.len() > 10 && message.ends_with(['.', '?', ')', ':']), "{}: {message:?}", task.id());
        }
    }
}

#[test]
fn none_is_not_answered_and_its_hint_gives_nothing_away() {
    for task in registry::all() {
        let verdict = task.judge(&Answer::Nothing).unwrap();
        assert_eq!(verdict.outcome(), Outcome::NotAnswered);
        if let Some((right, _)) = task.solution().unwrap() {
            assert!(!gives_away(verdict.message(), &right), "{}: {verdict}", task.id());
        }
    }
}

#[test]
fn right_values_pass_and_wrong_ones_get_hints() {
    let mut count = 0;
    for task in registry::all() {
        let Some((right, known_mistakes)) = task.solution().unwrap() else { continue };
        let mut wrong = odd_answers();
        wrong.extend(known_mistakes);
        check_value(&task, &right, wrong);
        count += 1;
    }
    assert!(count >= 3);
}

#[test]
fn every_known_mistake_is_told_its_own_hint() {
    for task in registry::all() {
        let Some((_, mistakes)) = task.solution().unwrap() else { continue };
        for answer in mistakes {
            let hint = task.judge(&answer).unwrap().message().to_owned();
            assert!(task.hints().iter().any(|known| hint.contains(known)), "{}: {answer:?} → {hint}", task.id());
        }
    }
}

#[test]
fn functions_pass_as_defined_and_every_confusion_gets_its_hint() {
    let mut count = 0;
    for task in registry::all() {
        let Some((definition, confusions)) = task.functions() else { continue };
        assert!(task.judge_function(&Raw(definition)).unwrap().is_right(), "{}", task.id());
        for (confusion, hint) in confusions {
            let verdict = task.judge_function(&Raw(confusion)).unwrap();
            assert_eq!((verdict.outcome(), verdict.message()), (Outcome::NotYet, hint), "{}", task.id());
        }
        for odd in [odd_value as fn(&Arguments) -> crate::Result<Answer>, odd_tensor, odd_error] {
            let verdict = task.judge_function(&Raw(odd)).unwrap();
            assert_eq!(verdict.outcome(), Outcome::NotYet, "{}", task.id());
            assert!(!verdict.message().trim().is_empty());
        }
        let verdict = task.judge_function(&Raw(|_| Ok(Answer::Nothing))).unwrap();
        assert_eq!(verdict.outcome(), Outcome::NotAnswered, "{}", task.id());
        count += 1;
    }
    assert!(count >= 2);
}

fn odd_value(_: &Arguments) -> crate::Result<Answer> {
    Ok(f64::NAN.into())
}

fn odd_tensor(_: &Arguments) -> crate::Result<Answer> {
    Ok(Tensor::zeros((1, 1, 1, 7), DType::F32, &Device::Cpu)?.into())
}

fn odd_error(_: &Arguments) -> crate::Result<Answer> {
    Err(Error::NonFinite { argument: "x" })
}

/// A function on the arguments as they come.
struct Raw(fn(&Arguments) -> crate::Result<Answer>);

impl StudentFunction<Raw> for Raw {
    fn call(&self, arguments: &Arguments) -> Option<Answer> {
        Some((self.0)(arguments).into())
    }

    fn takes(&self) -> String {
        "anything".to_owned()
    }
}

#[test]
fn grading_turns_every_other_verdict_into_an_error() {
    let right = Verdict::new("05/x", Outcome::Right, "good".to_owned());
    assert!(right.clone().graded(true).unwrap().is_right());
    for (outcome, words) in [(Outcome::NotYet, "not right"), (Outcome::NotAnswered, "not answered")] {
        let verdict = Verdict::new("05/x", outcome, "look again".to_owned());
        assert_eq!(verdict.clone().graded(false).unwrap(), verdict);
        let error = verdict.graded(true).unwrap_err();
        assert_eq!(error.to_string(), format!("exercise `05/x` is {words}: look again"));
    }
}
