//! What these tests share: a trace made of plain numbers, and checks of XML, HTML and PNG.

use lstm::prelude::*;

/// A trace of `steps` steps for `batch` sequences of `inputs` inputs and `hidden` units, with fixed made-up weights.
pub(crate) fn trace(steps: usize, batch: usize, inputs: usize, hidden: usize) -> LstmTrace {
    let weight =
        |gate: usize, unit: usize, input: usize| ((gate * 31 + unit * 17 + input * 7) as f64 * 0.7).sin() * 1.4;
    let x_at = |t: usize, b: usize, d: usize| ((t as f64 + 1.0) * (0.35 + 0.2 * d as f64) + b as f64).sin();
    let sigmoid = |v: f64| 1.0 / (1.0 + (-v).exp());
    let (mut h, mut c) = (vec![vec![0.0; hidden]; batch], vec![vec![0.0; hidden]; batch]);
    let mut x = Vec::new();
    let mut series: [Vec<f64>; 10] = std::array::from_fn(|_| Vec::new());
    for t in 0..steps {
        for b in 0..batch {
            x.extend((0..inputs).map(|d| x_at(t, b, d)));
            let before = h[b].clone();
            for unit in 0..hidden {
                let pre = |gate: usize| {
                    let from_x: f64 = (0..inputs).map(|d| weight(gate, unit, d) * x_at(t, b, d)).sum();
                    let from_h: f64 = (0..hidden).map(|k| weight(gate, unit, inputs + k) * before[k]).sum();
                    from_x + from_h / hidden as f64 + if gate == 0 { 1.0 } else { 0.0 }
                };
                let [pre_f, pre_i, pre_g, pre_o] = std::array::from_fn(pre);
                let (f, i, g, o) = (sigmoid(pre_f), sigmoid(pre_i), pre_g.tanh(), sigmoid(pre_o));
                c[b][unit] = f * c[b][unit] + i * g;
                h[b][unit] = o * c[b][unit].tanh();
                let values = [pre_f, pre_i, pre_g, pre_o, f, i, g, o, c[b][unit], h[b][unit]];
                series.iter_mut().zip(values).for_each(|(list, value)| list.push(value));
            }
        }
    }
    let cube = |values: Vec<f64>, width: usize| Tensor::from_vec(values, (steps, batch, width), &Device::Cpu).unwrap();
    let state = Tensor::zeros((batch, hidden), DType::F64, &Device::Cpu).unwrap();
    let [pre_f, pre_i, pre_candidate, pre_o, f, i, candidate, o, c, h] = series.map(|values| cube(values, hidden));
    LstmTrace {
        x: cube(x, inputs),
        h0: state.clone(),
        c0: state,
        pre_f,
        pre_i,
        pre_candidate,
        pre_o,
        f,
        i,
        candidate,
        o,
        c,
        h,
    }
}

/// Panics unless `svg` is well-formed XML with a title and something drawn.
pub(crate) fn check_svg(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|e| panic!("{e} in\n{svg}"));
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "svg");
    assert!(root.attribute("viewBox").is_some());
    assert!(root.children().any(|child| child.tag_name().name() == "title"));
    for node in document.descendants() {
        for attribute in node.attributes().filter(|a| a.name() != "aria-label") {
            let value = attribute.value();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{}=\"{value}\"", attribute.name());
        }
    }
}

/// The pixels of `png`, three or four bytes each, and its size.
pub(crate) fn decode_png(png: &[u8]) -> (Vec<u8>, u32, u32) {
    let mut reader = png::Decoder::new(png).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (pixels, info.width, info.height)
}

/// Panics unless every element of `html` is closed in order. Scripts and styles are skipped.
pub(crate) fn check_html(html: &str) {
    let void = ["img", "br", "hr", "input"];
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let tag = &rest[start + 1..];
        let end = tag_end(tag);
        let (tag, after) = (&tag[..end], &tag[end + 1..]);
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "</{name}> closes another element");
            continue;
        }
        let name = tag.split([' ', '\n', '/']).next().unwrap().to_string();
        if tag.ends_with('/') || void.contains(&name.as_str()) {
            continue;
        }
        if name == "script" || name == "style" {
            let close = format!("</{name}>");
            let at = rest.find(&close).unwrap_or_else(|| panic!("<{name}> is never closed"));
            rest = &rest[at + close.len()..];
            continue;
        }
        open.push(name);
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

/// Where the tag ends: the first `>` outside quotes.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    tag.char_indices()
        .find(|(_, c)| {
            quoted ^= *c == '"';
            *c == '>' && !quoted
        })
        .unwrap()
        .0
}
