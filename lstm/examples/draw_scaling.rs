//! Measures how the cost of an LSTM layer grows with T, B, H and the number of layers, and draws it:
//! `cargo run --release -p lstm --example draw_scaling -- docs/scaling.svg`.

use std::time::{Duration, Instant};

use lstm::candle_core::{DType, Device};
use lstm::figure::{self, Figure};
use lstm::{Error, Lstm, Options, Parameters, Result, fused, random};

/// What each curve varies around: D = H = 128, one layer, T = 50, B = 32.
#[derive(Clone, Copy)]
struct Sizes {
    hidden: usize,
    layers: usize,
    steps: usize,
    batch: usize,
}

const MIDDLE: Sizes = Sizes { hidden: 128, layers: 1, steps: 50, batch: 32 };

fn main() -> Result<()> {
    let Some(path) = std::env::args().nth(1) else {
        return Err(Error::Argument {
            argument: "command line",
            expected: "the file to draw into".to_owned(),
            got: "nothing".to_owned(),
        });
    };
    let panels = vec![
        panel("time steps T", &[10, 25, 50, 100, 200, 400], |steps| Sizes { steps, ..MIDDLE })?,
        panel("batch B", &[1, 8, 16, 32, 64, 128, 256], |batch| Sizes { batch, ..MIDDLE })?,
        panel("hidden units H", &[16, 32, 64, 128, 256, 512], |hidden| Sizes { hidden, ..MIDDLE })?,
        panel("layers L", &[1, 2, 3, 4], |layers| Sizes { layers, ..MIDDLE })?,
    ];
    figure::panels(panels, 2)?.save(path)
}

/// Time over one of the sizes, forward and backward together, for the fused operation and for the readable cells.
fn panel(name: &str, values: &[usize], sizes: impl Fn(usize) -> Sizes) -> Result<Figure> {
    let mut curves = Vec::new();
    for (label, enabled) in [("fused", true), ("readable cells", false)] {
        fused::set_enabled(enabled);
        let mut points = Vec::new();
        for &value in values {
            let took = median_time(sizes(value))?;
            println!("{name} = {value}, {label}: {:.2} ms", took.as_secs_f64() * 1e3);
            points.push((value as f64, took.as_secs_f64() * 1e3));
        }
        curves.push((label, points));
    }
    fused::set_enabled(true);
    Ok(figure::lines(&curves, name, "time (ms)")?.with_log_y()?.with_title(name))
}

fn median_time(Sizes { hidden, layers, steps, batch }: Sizes) -> Result<Duration> {
    random::seed(1);
    let parameters = Parameters::new(DType::F32, &Device::Cpu);
    let net = Lstm::new(hidden, hidden, Options::default().num_layers(layers), parameters.builder())?;
    let xs = random::randn((steps, batch, hidden), &Device::Cpu)?;
    let mut times = Vec::new();
    for _ in 0..7 {
        let start = Instant::now();
        net.forward(&xs, None)?.0.sum_all()?.backward()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}
