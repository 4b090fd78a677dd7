//! What holds for any exercise: unknown ids, kinds of answers, how a verdict is shown.

use lstm::display::Rich;
use lstm::exercise::Outcome;
use lstm::prelude::*;

#[test]
fn an_unknown_id_names_close_ones() {
    let error = exercise("05/lstm-parameter").check(Some(1.0)).unwrap_err().to_string();
    assert!(error.starts_with("`id` must be the id of an exercise, such as `05/lstm-parameters`, "), "{error}");
    assert!(error.ends_with("got `05/lstm-parameter`"), "{error}");
    assert!(exercise("").check_fn(|x: f64| x).is_err());
}

#[test]
fn numbers_of_any_type_and_scalar_tensors_are_numbers() {
    let scalar = Tensor::new(6120f32, &Device::Cpu).unwrap();
    let task = exercise("05/lstm-parameters");
    assert!(task.check(6120).unwrap().is_right());
    assert!(task.check(Some(6120.0f32)).unwrap().is_right());
    assert!(task.check(Some(6120usize)).unwrap().is_right());
    assert!(task.check(scalar).unwrap().is_right());
    assert!(task.check(Ok::<_, Error>(6120u32)).unwrap().is_right());
}

#[test]
fn a_whole_number_is_an_answer_where_one_with_a_point_is() {
    // As a notebook's cell begins, and with all that stands there replaced.
    assert_eq!(exercise("03/spectral-radius").check(None::<f64>).unwrap().outcome(), Outcome::NotAnswered);
    assert!(exercise("03/spectral-radius").check(Some(1)).unwrap().is_right());
    assert!(exercise("03/spectral-radius").check(Some(1.0)).unwrap().is_right());
    assert_eq!(exercise("03/spectral-radius").check(Some(2)).unwrap().outcome(), Outcome::NotYet);
    assert_eq!(exercise("04/latch").check(None::<[f64; 2]>).unwrap().outcome(), Outcome::NotAnswered);
    assert!(exercise("04/latch").check(Some([-12, 6])).unwrap().is_right());
    assert!(exercise("04/latch").check(Some([-12.0, 6.0])).unwrap().is_right());
    assert!(exercise("05/units-from-count").check(Some(12)).unwrap().is_right());
}

#[test]
fn no_notebook_asks_for_a_number_that_must_have_a_point() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../notebooks");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "ipynb") {
            seen += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            for typed in ["Option<f64> = None", "Option<[f64; 2]> = None"] {
                assert!(!text.contains(typed), "{}: `{typed}` refuses `Some(12)`: use `= None::<f64>`", path.display());
            }
        }
    }
    assert!(seen >= 4, "{seen} notebooks");
}

#[test]
fn another_kind_of_answer_is_told_what_is_wanted() {
    let message = exercise("05/lstm-parameters").check("many").unwrap().message().to_owned();
    assert_eq!(message, "This exercise wants a number, yours is text.");
    let message = exercise("00/sigmoid").check(0.5).unwrap().message().to_owned();
    assert_eq!(message, "This exercise wants a function, yours is a number.");
    let message = exercise("00/elements").check_fn(|x: f64| x).unwrap().message().to_owned();
    assert_eq!(message, "This exercise wants a value, yours is a function: use `check`.");
}

#[test]
fn a_failed_computation_and_nan_are_hints_not_errors() {
    let x = Tensor::zeros((2, 3), DType::F32, &Device::Cpu).unwrap();
    let verdict = exercise("00/half-open").check(x.matmul(&x)).unwrap();
    assert_eq!(verdict.outcome(), Outcome::NotYet);
    assert!(verdict.message().starts_with("Your code stopped with an error."), "{verdict}");
    assert!(verdict.message().ends_with("shape mismatch in matmul, lhs: [2, 3], rhs: [2, 3]"), "{verdict}");
    assert!(exercise("00/elements").check(f64::NAN).unwrap().message().contains("NaN"));
    let wrong_shape = exercise("00/half-open").check(x).unwrap();
    assert_eq!(wrong_shape.message(), "Your tensor has shape [2, 3], it should have [2, 5].");
}

#[test]
fn an_answer_may_be_lent() {
    let answer: Option<Vec<usize>> = Some(vec![20, 32, 64]);
    assert!(exercise("05/output-shape").check(&answer).unwrap().is_right());
    assert!(exercise("05/output-shape").check(answer).unwrap().is_right());
}

#[test]
fn a_choice_may_be_written_in_many_ways() {
    let task = exercise("05/batch-first");
    for right in ["AB", "b, a", "A B", "(A), (B)"] {
        assert!(task.check(Some(right)).unwrap().is_right(), "{right}");
    }
    assert!(task.check(['A', 'B']).unwrap().is_right());
    assert!(task.check(Some(vec!['B', 'A'])).unwrap().is_right());
    assert!(task.check("AZ").unwrap().message().contains("letters from A to E"));
    assert!(task.check("ABC").unwrap().message().starts_with("One statement is judged wrongly."));
    assert!(task.check("").unwrap().message().starts_with("2 statements are judged wrongly."));
}

#[test]
fn a_function_of_other_arguments_is_told_so() {
    let verdict = exercise("05/count-lstm").check_fn(|d: usize| d).unwrap();
    assert_eq!(verdict.message(), "The function should take 2 of type `usize`, yours takes 1 of type `usize`.");
}

#[test]
fn checking_a_function_leaves_the_random_numbers_of_the_notebook_alone() {
    random::seed(3);
    let expected = random::randn(4, &Device::Cpu).unwrap().to_vec1::<f32>().unwrap();
    random::seed(3);
    exercise("00/sigmoid").check_fn(|a: &Tensor| a.clone()).unwrap();
    assert_eq!(random::randn(4, &Device::Cpu).unwrap().to_vec1::<f32>().unwrap(), expected);
}

#[test]
fn a_verdict_shows_itself_as_text_and_as_html() {
    let verdict = exercise("00/half-open").check(None::<Tensor>).unwrap();
    let content = verdict.content().unwrap();
    assert!(content.plain().starts_with("Not answered yet. A shape is"), "{}", content.plain());
    assert!(content.html().contains("Press Shift+Tab behind <code>Tensor::full</code>"), "{}", content.html());
    assert_eq!(format!("{verdict:?}"), format!("00/half-open: {verdict}"));
}
