//! Output blocks as they leave the process, and the pages of traces.

use std::collections::BTreeSet;
use std::process::Command;

use lstm::figure;
use lstm::prelude::*;

use crate::support::{check_html, trace};

/// The blocks in `stdout`: mime type, display id, content.
fn blocks(stdout: &str) -> Vec<(String, Option<String>, String)> {
    let mut blocks = Vec::new();
    let mut lines = stdout.lines();
    while let Some(line) = lines.next() {
        // The test harness writes its "test name ..." in front of the first block.
        let Some((_, head)) = line.split_once("EVCXR_BEGIN_CONTENT ") else {
            continue;
        };
        let (mime, id) = match head.split_once(" display_id=") {
            Some((mime, id)) => (mime, Some(id.to_string())),
            None => (head, None),
        };
        let content: Vec<&str> = lines.by_ref().take_while(|line| *line != "EVCXR_END_CONTENT").collect();
        blocks.push((mime.to_string(), id, content.join("\n")));
    }
    blocks
}

#[test]
#[ignore = "run by the test below, which reads what it prints"]
fn prints_for_its_parent() {
    let chart = figure::loss_curve(&[("EVCXR_END_CONTENT\nEVCXR_END_CONTENT", [1.0, 2.0])]).unwrap();
    Tensor::new(&[1f32, 2.0], &Device::Cpu).unwrap().evcxr_display();
    let live = display(&chart).unwrap();
    display(&diagram::gate()).unwrap();
    live.update(&chart).unwrap();
    trace(3, 1, 2, 2).evcxr_display();
    let mut broken = trace(3, 1, 2, 2);
    broken.f = broken.f.narrow(0, 0, 1).unwrap();
    broken.evcxr_display();
}

#[test]
fn stdout_gets_whole_blocks_with_their_ids() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "displays::prints_for_its_parent", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let stdout = String::from_utf8(output.stdout).unwrap();
    let blocks = blocks(&stdout);
    let mimes: Vec<&str> = blocks.iter().map(|b| b.0.as_str()).collect();
    assert_eq!(mimes, ["text/plain", "text/html"].repeat(6), "{stdout}");
    blocks.iter().filter(|b| b.0 == "text/html").for_each(|b| check_html(&b.2));

    let ids: Vec<Option<&str>> = blocks.iter().map(|b| b.1.as_deref()).collect();
    assert_eq!((ids[0], ids[8], ids[10]), (None, None, None), "a cell's value has no id");
    assert!(ids[2].is_some() && ids[2] == ids[3], "both forms of one output carry its id");
    assert!(ids[4].is_some() && ids[4] != ids[2], "each output has an id of its own");
    assert_eq!(ids[6], ids[2], "an update carries the id of what it replaces");
    assert!(
        blocks[10].2.contains("`trace.f` must have shape [T = 3, B = 1, H = 2], got [1, 1, 2]"),
        "{}",
        blocks[10].2
    );
}

#[test]
fn a_trace_has_a_section_for_each_operation() {
    let page = trace(6, 2, 3, 4).view(1).unwrap().content().unwrap();
    check_html(page.html());
    for heading in ["1. Forget", "2. Store", "3. Update", "4. Output"] {
        assert!(page.html().contains(heading), "{heading}");
    }
    // f, i, c̃, c, o, h: six pictures, six tables and six formulas.
    for piece in ["src=\"data:image/svg+xml;base64,", "<table", "class=\"lstm-formula\""] {
        assert_eq!(page.html().matches(piece).count(), 6, "{piece}");
    }
    assert!(
        page.plain()
            .starts_with("LSTM trace: steps T = 6, inputs D = 3, units H = 4; sequence 1 (from 0) of a batch of 2")
    );
}

#[test]
fn units_are_counted_from_0_and_steps_from_1_wherever_they_are_shown() {
    let trace = trace(3, 1, 2, 2);
    let first = "unit</th><th scope=\"col\">0</th><th scope=\"col\">1</th></tr></thead><tbody>";
    let page = trace.content().unwrap();
    assert_eq!(page.html().matches(&format!("{first}<tr><th scope=\"row\">1</th>")).count(), 6);
    let stepper = trace.stepper().unwrap().content().unwrap();
    assert!(stepper.html().contains(&format!("<th scope=\"col\">{first}")), "the stepper's vectors");
    assert!(stepper.html().contains("input</th><th scope=\"col\">0</th><th scope=\"col\">1</th></tr>"));
    let map = figure::gate_heat_map(&trace, Gate::Forget, 0).unwrap().to_svg().unwrap();
    assert!(map.contains("unit (from 0)"));
    let table = Tensor::zeros((2, 2), DType::F32, &Device::Cpu).unwrap().content().unwrap();
    assert!(table.html().contains("column</th><th scope=\"col\">0</th>"));
}

#[test]
fn a_page_of_a_long_wide_trace_stays_small() {
    let page = trace(500, 1, 4, 60).content().unwrap();
    check_html(page.html());
    assert!(page.html().len() < 1_500_000, "{} bytes", page.html().len());
}

#[test]
fn numbers_that_are_not_finite_are_shown_as_such() {
    let mut trace = trace(3, 1, 2, 2);
    let bad = Tensor::new(&[[[f64::NAN, 0.5]], [[f64::INFINITY, 1e-9]], [[0.1, -1e300]]], &Device::Cpu).unwrap();
    trace.c = bad;
    let page = trace.content().unwrap();
    check_html(page.html());
    for text in ["NaN", "∞", "10⁻⁹", "−10³⁰⁰"] {
        assert!(page.html().contains(text), "{text}");
    }
    check_html(trace.stepper().unwrap().content().unwrap().html());
}

#[test]
fn ids_on_one_page_are_all_different() {
    let trace = trace(3, 1, 2, 2);
    let mut ids = BTreeSet::new();
    for _ in 0..3 {
        let page = trace.stepper().unwrap().content().unwrap().html().to_string();
        let id = page.split(" id=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
        // The script finds its own element, and names its controls after it.
        assert!(page.contains(&format!("}})(\"{id}\");")), "{id}");
        ids.insert(id);
    }
    assert_eq!(ids.len(), 3, "{ids:?}");
}
