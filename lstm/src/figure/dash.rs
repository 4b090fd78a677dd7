//! Lines cut into dashes, which plotters' backends do not do themselves.

/// `points` cut into the pieces that `dash` leaves visible.
pub(crate) fn dashes(points: &[(f64, f64)], dash: &[f64]) -> Vec<Vec<(f64, f64)>> {
    if dash.is_empty() || points.len() < 2 {
        return vec![points.to_vec()];
    }
    let mut pieces = Vec::new();
    let mut piece = vec![points[0]];
    let (mut slot, mut left) = (0, dash[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let drawing = slot % 2 == 0;
            if length <= left {
                left -= length;
                if drawing {
                    piece.push(to);
                }
                break;
            }
            let part = left / length;
            from = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            if drawing {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            slot = (slot + 1) % dash.len();
            left = dash[slot];
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_across_corners() {
        // 3 on, 1 off along 10 right then 10 down: 20 long, 5 periods of 4, so 15 drawn.
        let pieces = dashes(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], &[3.0, 1.0]);
        let length = |piece: &Vec<(f64, f64)>| -> f64 {
            piece.windows(2).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum()
        };
        let drawn: f64 = pieces.iter().map(length).sum();
        assert!((drawn - 15.0).abs() < 1e-9, "{drawn}");
    }
}
