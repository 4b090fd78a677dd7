//! The stepper's page: what it holds, with and without its script.

use lstm::prelude::*;

use crate::support::{check_html, trace};

#[test]
fn it_holds_the_numbers_and_fetches_nothing() {
    let page = trace(5, 2, 3, 4).stepper_of(1).unwrap().content().unwrap();
    let html = page.html();
    check_html(html);
    for reaching in ["http", "import", "fetch(", "src=\"/", "url("] {
        assert!(!html.contains(reaching), "it reaches out: {reaching}");
    }
    assert!(!html.contains("__ID__"));

    let data = html.split("data-trace=\"").nth(1).unwrap().split('"').next().unwrap().replace("&quot;", "\"");
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["x"].as_array().unwrap().len(), 5);
    assert_eq!(data["f"][4].as_array().unwrap().len(), 4);
    assert_eq!(data["h0"].as_array().unwrap().len(), 4);
}

#[test]
fn without_its_script_it_shows_the_first_step() {
    let trace = trace(5, 1, 3, 4);
    let html = trace.stepper().unwrap().content().unwrap().html().to_string();
    let f = trace.f.get(0).unwrap().get(0).unwrap().get(0).unwrap().to_scalar::<f64>().unwrap();
    assert!(html.contains(&format!("<b data-slot=\"f\">{f:.3}</b>")), "{f}");
    let before_script = html.split("<script>").next().unwrap();
    assert!(!before_script.contains("<button") && !before_script.contains("type=\"range\""));
    assert!(before_script.contains("alt=\"the LSTM cell with its numbers at the first step\""));
    assert!(html.contains("All steps in numbers"));
}

#[test]
fn it_can_be_used_without_a_mouse_or_eyes() {
    let html = trace(5, 1, 3, 4).stepper().unwrap().content().unwrap().html().to_string();
    for piece in
        ["tabindex=\"0\"", "role=\"group\"", "aria-label=\"time step\"", "aria-live=\"polite\"", "\"one step on\""]
    {
        assert!(html.contains(piece), "{piece}");
    }
}

#[test]
fn a_long_wide_trace_is_cut_and_says_so() {
    let html = trace(500, 1, 30, 40).stepper().unwrap().content().unwrap().html().to_string();
    check_html(&html);
    assert!(html.contains("Shown: the first 400 of 500 steps, the first 24 of 30 inputs, the first 24 of 40 units."));
    assert!(html.len() < 2_500_000, "{} bytes", html.len());
}

#[test]
fn a_trace_that_does_not_fit_together_is_refused() {
    let good = trace(3, 2, 2, 2);
    let message = |trace: &LstmTrace, batch| trace.stepper_of(batch).unwrap_err().to_string();
    assert_eq!(message(&good, 2), "`batch` must be below the batch size 2, got 2");
    let mut bad = good.clone();
    bad.x = bad.x.get(0).unwrap();
    assert_eq!(message(&bad, 0), "`trace.x` must have shape [T, B, D], got [2, 2]");
    let mut bad = good.clone();
    bad.h0 = Tensor::zeros((1, 2), DType::F64, &Device::Cpu).unwrap();
    assert_eq!(message(&bad, 0), "`trace.h0` must have shape [B = 2, H = 2], got [1, 2]");
    let mut bad = good;
    bad.x = Tensor::zeros((0, 2, 2), DType::F64, &Device::Cpu).unwrap();
    assert_eq!(message(&bad, 0), "`trace` must be one or more steps, inputs and units, got T = 0, D = 2, H = 2");
}
