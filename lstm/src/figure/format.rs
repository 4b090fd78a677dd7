//! Numbers as people read them: `0.25`, `1 200`, `3.1×10⁻¹²`.

/// `value` in about four significant digits: plain where that is short, a power of ten otherwise.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let size = value.abs();
    if (1e-3..1e5).contains(&size) {
        let decimals = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        return minus(trim(&format!("{value:.decimals$}")));
    }
    let (mantissa, exponent) = scientific(value);
    match mantissa.as_str() {
        "1" => power_of_ten(exponent),
        "-1" => format!("−{}", power_of_ten(exponent)),
        _ => format!("{}×{}", minus(mantissa), power_of_ten(exponent)),
    }
}

/// A tick of a linear axis whose ticks are `step` apart.
pub(crate) fn tick(value: f64, step: f64) -> String {
    let value = if value.abs() < step * 1e-9 { 0.0 } else { value };
    if value == 0.0 {
        return "0".into();
    }
    if !(1e-4..1e5).contains(&step) || value.abs() >= 1e6 {
        return number(value);
    }
    let decimals = (-(step.log10() + 1e-9).floor()).clamp(0.0, 6.0) as usize;
    minus(format!("{value:.decimals$}"))
}

/// `10ⁿ`.
pub(crate) fn power_of_ten(exponent: i32) -> String {
    match exponent {
        0 => "1".into(),
        1 => "10".into(),
        _ => format!("10{}", superscript(exponent)),
    }
}

fn scientific(value: f64) -> (String, i32) {
    let text = format!("{value:.2e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (trim(mantissa), exponent.parse().unwrap_or(0))
}

fn superscript(value: i32) -> String {
    value
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '0' | '4'..='9' => char::from_u32(0x2070 + (c as u32 - '0' as u32)).unwrap_or(c),
            other => other,
        })
        .collect()
}

fn trim(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text.into() }
}

fn minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (value, text) in [
            (0.25, "0.25"),
            (-0.5, "−0.5"),
            (1.0, "1"),
            (1234.56, "1235"),
            (1e-12, "10⁻¹²"),
            (-3.14e-7, "−3.14×10⁻⁷"),
            (f64::INFINITY, "∞"),
            (f64::NAN, "NaN"),
            (f64::MAX, "1.8×10³⁰⁸"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), text, "{value:e}");
        }
    }

    #[test]
    fn ticks_show_as_many_decimals_as_their_step_needs() {
        assert_eq!(tick(0.1 + 0.2, 0.1), "0.3");
        assert_eq!(tick(-1e-17, 0.5), "0");
        assert_eq!(tick(20.0, 10.0), "20");
        assert_eq!(tick(0.25, 0.05), "0.25");
        assert_eq!(tick(2e9, 1e9), "2×10⁹");
    }
}
