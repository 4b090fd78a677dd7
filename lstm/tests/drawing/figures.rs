//! Every kind of chart, on good, empty, not finite, constant, single and huge input.

use lstm::figure;
use lstm::prelude::*;

use crate::support::{check_svg, decode_png, trace};

/// Draws both ways; the PNG must hold more than its ground.
fn check(figure: &Figure) -> String {
    let svg = figure.to_svg().unwrap();
    check_svg(&svg);
    // Smaller than usual, since drawing every pixel takes its time.
    let small = figure.clone().with_size(360, 240).unwrap();
    let (pixels, width, height) = decode_png(&small.to_png().unwrap());
    assert_eq!(pixels.len(), (width * height * 3) as usize);
    let dark = pixels.chunks(3).filter(|p| p.iter().all(|c| *c < 110)).count();
    assert!(dark > 200, "only {dark} dark pixels: no text?");
    svg
}

fn error(result: Result<Figure>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn lines_survive_any_numbers() {
    let cases: Vec<Vec<f64>> = vec![
        vec![2.0, 1.0, 0.5],
        vec![1.0],
        vec![0.0],
        vec![-3.0; 50],
        vec![f64::NAN, 1.0, f64::INFINITY, 2.0, f64::NEG_INFINITY],
        vec![f64::MIN, f64::MAX],
        vec![5e-324, 1e-300],
        vec![1e16, 1e16 + 2.0],
        (0..200_000).map(|k| f64::from(k).sin()).collect(),
    ];
    for values in cases {
        let svg = check(&figure::loss_curve(&[("run", &values)]).unwrap());
        assert!(svg.len() < 400_000, "{} bytes for {} values", svg.len(), values.len());
        let norms: Vec<f64> = values.iter().map(|v| v.abs()).collect();
        match figure::gradient_decay(&[("net", &norms)]) {
            Ok(figure) => drop(check(&figure)),
            // A logarithmic axis needs something positive.
            Err(_) => assert!(norms.iter().all(|v| *v == 0.0)),
        }
        let points: Vec<(f64, f64)> = values.iter().map(|v| (*v, *v)).collect();
        check(&figure::lines(&[("", points)], "x (m)", "y (m)").unwrap());
        if values.len() < 100 {
            let named: Vec<(&str, f64)> = values.iter().map(|v| ("bar", *v)).collect();
            check(&figure::bars(&named, "name", "value").unwrap());
        }
    }
}

#[test]
fn single_precision_values_are_welcome() {
    check(&figure::loss_curve(&[("run", [0.5f32, 0.25])]).unwrap());
}

#[test]
fn nothing_to_draw_is_an_error_that_says_so() {
    let empty: Vec<f64> = Vec::new();
    let none: [(&str, Vec<f64>); 0] = [];
    assert_eq!(error(figure::loss_curve(&none)), "`runs` must be one or more named series, got none");
    assert_eq!(
        error(figure::loss_curve(&[("LSTM", &empty)])),
        "`runs` must be series of one or more values, got no values in \"LSTM\""
    );
    assert_eq!(
        error(figure::loss_curve(&[("LSTM", [f64::NAN, f64::NAN])])),
        "`runs` must be series with at least one finite value, got only values that are not finite, the first NaN"
    );
    assert_eq!(
        error(figure::gradient_decay(&[("RNN", [0.5, -1.0])])),
        "`networks` must be norms, which are never negative, got -1 at t = 1 of \"RNN\""
    );
    assert!(error(figure::gradient_decay(&[("RNN", [0.0, 0.0])])).contains("with a positive value"));
    assert!(error(figure::bars(&[], "gate", "mean")).contains("got none"));
    assert!(error(figure::alpha_powers(&[], 10)).contains("alphas"));
    assert!(error(figure::alpha_powers(&[0.0], 10)).contains("finite factors above 0, got 0"));
    assert!(error(figure::alpha_powers(&[0.9], 0)).contains("from 1 to 1 000 000"));
    assert!(error(figure::panels(Vec::new(), 2)).contains("1 to 24 figures, got 0"));
    assert!(error(figure::activation("bad", |_| f64::NAN, |_| f64::NAN)).contains("finite"));
}

#[test]
fn an_exploding_gradient_is_marked_where_it_first_was_on_its_way_back() {
    // From t = 5 back the norm grows a hundred orders of magnitude a step, and past 1e308 at t = 1: 1e400.
    let norms: Vec<f64> = (0..=5).map(|t| 1e100f64.powi(5 - t)).collect();
    let svg = check(&figure::gradient_decay(&[("RNN", norms)]).unwrap());
    assert!(svg.contains("× RNN: from the last step back, the first value that is not finite is ∞ at t = 1"), "{svg}");
    // Forward, as a loss: the first from the left.
    let svg = check(&figure::loss_curve(&[("RNN", [1.0, f64::NAN, f64::INFINITY])]).unwrap());
    assert!(svg.contains("the first value that is not finite is NaN at training step = 2"), "{svg}");
}

#[test]
fn an_underflow_is_named() {
    let svg = check(&figure::gradient_decay(&[("RNN", [0.0, 0.0, 1e-300, 1.0])]).unwrap());
    assert!(svg.contains("the first underflow to exactly 0 is at t = 1"), "{svg}");
}

#[test]
fn hostile_names_are_text() {
    let name = "</text><script>alert(1)</script>&\u{0}\n\"";
    let figure = figure::loss_curve(&[(name, [1.0, 2.0])]).unwrap();
    let svg = check(&figure.with_title(name).with_x_label(name).with_y_label(name).with_note(name));
    assert!(!svg.contains("<script"));
}

#[test]
fn long_names_are_cut_to_fit() {
    let name = "a very long name ".repeat(60);
    let svg = check(&figure::loss_curve(&[(name.as_str(), [1.0, 2.0])]).unwrap().with_title(&name));
    assert!(svg.contains('…'));
}

#[test]
fn activations_and_powers_are_drawn() {
    check(&figure::activation_curves().unwrap());
    check(&figure::activation("1/x", |x| 1.0 / x, |x| -1.0 / (x * x)).unwrap());
    check(&figure::alpha_powers(&[0.5, 1.0, 1.5], 5_000).unwrap());
}

#[test]
fn a_trace_becomes_heat_maps() {
    let trace = trace(12, 2, 3, 5);
    for gate in Gate::LECTURE_ORDER {
        check(&figure::gate_heat_map(&trace, gate, 1).unwrap());
    }
    check(&figure::cell_state_heat_map(&trace, 0).unwrap());
    check(&figure::hidden_state_heat_map(&trace, 0).unwrap());
    check(&figure::state_heat_maps(&trace, 0).unwrap());
    assert_eq!(error(figure::gate_heat_map(&trace, Gate::Forget, 2)), "`batch` must be below the batch size 2, got 2");
}

#[test]
fn a_heat_map_survives_any_numbers() {
    let matrix =
        |values: &[f64], rows: usize| Tensor::from_slice(values, (rows, values.len() / rows), &Device::Cpu).unwrap();
    for values in [
        vec![0.0; 6],
        vec![7.0; 6],
        vec![f64::NAN, 1.0, f64::INFINITY, -1.0, 0.5, f64::NEG_INFINITY],
        vec![f64::MIN, f64::MAX, 0.0, 1.0, 2.0, 3.0],
    ] {
        check(&figure::heat_map(&matrix(&values, 2)).unwrap());
    }
    check(&figure::heat_map(&matrix(&[3.0], 1)).unwrap());
    let noted = figure::heat_map(&matrix(&[1.0, f64::NAN, f64::NAN, 2.0], 2)).unwrap();
    assert!(noted.to_svg().unwrap().contains("NaN at step 1, unit 1, and 1 more"));

    let large = Tensor::zeros((3_000, 700), DType::F32, &Device::Cpu).unwrap();
    let svg = check(&figure::heat_map(&large).unwrap());
    assert!(svg.len() < 200_000, "{} bytes", svg.len());

    let cube = Tensor::zeros((2, 3, 4), DType::F32, &Device::Cpu).unwrap();
    assert_eq!(error(figure::heat_map(&cube)), "`matrix` must have shape [T, H], got [2, 3, 4]");
    let empty = Tensor::zeros((0, 3), DType::F32, &Device::Cpu).unwrap();
    assert!(error(figure::heat_map(&empty)).contains("got no values"));
    assert!(error(figure::heat_map(&matrix(&[f64::NAN; 4], 2))).contains("the first NaN"));
}

#[test]
fn settings_outside_their_range_are_refused() {
    let figure = || figure::loss_curve(&[("run", [1.0, 2.0])]).unwrap();
    assert!(error(figure().with_size(10, 400)).contains("`width` must be from 160 to 4000 pixels, got 10"));
    assert!(error(figure().with_y_range(2.0, 1.0)).contains("low < high"));
    assert!(error(figure().with_log_y().unwrap().with_y_range(0.0, 1.0)).contains("0 < low < high"));
    assert!(error(figure().with_color_range(0.0, 1.0)).contains("a heat map"));
    assert!(error(figure::bars(&[("a", 1.0)], "x", "y").unwrap().with_log_y()).contains("a line chart"));
    for (width, height) in [(160, 160), (4000, 160)] {
        check_svg(&figure().with_size(width, height).unwrap().to_svg().unwrap());
    }
    check(&figure().with_y_range(1.4, 1.6).unwrap());
    check(&figure().starting_at(f64::NAN).starting_at(-5.0));
}

#[test]
fn a_chart_is_drawn_the_same_every_time() {
    let draw = || figure::alpha_powers(&[0.9, 1.1], 50).unwrap();
    assert_eq!(draw().to_svg().unwrap(), draw().to_svg().unwrap());
    assert_eq!(draw().to_png().unwrap(), draw().to_png().unwrap());
}

#[test]
fn debug_is_one_line_that_says_how_to_see_the_picture() {
    let text = format!("{:?}", figure::loss_curve(&[("loss", &[3.0, 2.0])]).unwrap().with_title("a title"));
    assert!(text.starts_with("Figure: ") && text.contains("\"a title\""), "{text}");
    assert!(text.ends_with("(lend the data with & to see the picture)") && text.len() < 120, "{text}");
}
