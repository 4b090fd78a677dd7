//! The choice of the next token from its logits.

use crate::random::Generator;
use crate::{Error, Result, shape};

/// Chooses a token from logits: the likeliest, or one drawn from `softmax(logits / temperature)`, perhaps from the
/// likeliest ones only.
///
/// A temperature below 1 makes likely tokens likelier: towards 0 it becomes [`argmax`](Sampler::argmax). Above 1 it makes
/// all tokens more alike.
///
/// ```
/// use lstm::generate::Sampler;
///
/// let logits = [1.0, 3.0, 2.0];
/// assert_eq!(Sampler::argmax().choose(&logits)?, 1);
/// let mut sampler = Sampler::seeded(7).temperature(0.5)?.top_k(2)?;
/// let drawn: Vec<u32> = (0..50).map(|_| sampler.choose(&logits)).collect::<Result<_, _>>()?;
/// assert!(drawn.contains(&1) && drawn.contains(&2) && !drawn.contains(&0)); // one of the two likeliest
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sampler {
    /// None for the likeliest token.
    generator: Option<Generator>,
    temperature: f64,
    top_k: usize,
    top_p: f64,
    banned: Vec<u32>,
}

impl Sampler {
    /// Always the likeliest token, the first of equals.
    pub fn argmax() -> Self {
        Self { generator: None, temperature: 1.0, top_k: usize::MAX, top_p: 1.0, banned: Vec::new() }
    }

    /// Drawn from `softmax(logits)` with the stream of `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self { generator: Some(Generator::new(seed)), ..Self::argmax() }
    }

    /// The same with logits divided by `temperature`, finite and above 0.
    pub fn temperature(self, temperature: f64) -> Result<Self> {
        shape::expect_above_zero("temperature", temperature)?;
        Ok(Self { temperature, ..self })
    }

    /// The same from the `k` likeliest tokens only; at least 1.
    pub fn top_k(self, k: usize) -> Result<Self> {
        shape::expect_positive("k", k)?;
        Ok(Self { top_k: k, ..self })
    }

    /// The same from the fewest likeliest tokens whose probabilities add up to `p`, in (0, 1] (nucleus sampling, Holtzman et
    /// al. 2020).
    pub fn top_p(self, p: f64) -> Result<Self> {
        if !(p > 0.0 && p <= 1.0) {
            return Err(Error::Argument { argument: "p", expected: "in (0, 1]".to_owned(), got: p.to_string() });
        }
        Ok(Self { top_p: p, ..self })
    }

    /// The same without these tokens too: the one that stands for unknown words, say.
    pub fn without(mut self, ids: &[u32]) -> Self {
        self.banned.extend_from_slice(ids);
        self
    }

    /// The probabilities that it draws from, for each token that it may choose, the likeliest first.
    ///
    /// # Errors
    /// [`Error::Argument`] if no token may be chosen; [`Error::NonFinite`] if a logit is NaN or positive infinity, or if
    /// all that may be chosen are negative infinity.
    pub fn distribution(&self, logits: &[f32]) -> Result<Vec<(u32, f64)>> {
        if logits.iter().any(|logit| logit.is_nan() || *logit == f32::INFINITY) {
            return Err(Error::NonFinite { argument: "logits" });
        }
        let ids = (0..logits.len() as u32).filter(|id| !self.banned.contains(id));
        let mut ranked: Vec<(u32, f64)> = ids.map(|id| (id, f64::from(logits[id as usize]))).collect();
        // A stable order: of equals the first.
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked.truncate(self.top_k);
        let Some(&(_, largest)) = ranked.first() else {
            return Err(Error::Argument {
                argument: "logits",
                expected: "one or more that may be chosen".to_owned(),
                got: format!("{} of which none may", logits.len()),
            });
        };
        if !largest.is_finite() {
            return Err(Error::NonFinite { argument: "logits" });
        }
        for (_, weight) in &mut ranked {
            // First the difference, which is never too large: divided by a tiny temperature the logits themselves may be.
            *weight = ((*weight - largest) / self.temperature).exp();
        }
        normalise(&mut ranked);
        if self.top_p < 1.0 {
            let mut sum = 0.0;
            let enough = ranked.iter().position(|(_, probability)| {
                sum += probability;
                sum >= self.top_p
            });
            ranked.truncate(enough.map_or(ranked.len(), |last| last + 1));
            normalise(&mut ranked);
        }
        Ok(ranked)
    }

    /// The next token, given the logits of all. Fails as [`distribution`](Sampler::distribution) does.
    pub fn choose(&mut self, logits: &[f32]) -> Result<u32> {
        let distribution = self.distribution(logits)?;
        let Some(generator) = &mut self.generator else { return Ok(distribution[0].0) };
        let mut left = generator.next_f64();
        for &(id, probability) in &distribution {
            left -= probability;
            if left < 0.0 {
                return Ok(id);
            }
        }
        // Rounding may leave a rest of the last one's part.
        Ok(distribution[distribution.len() - 1].0)
    }
}

fn normalise(weights: &mut [(u32, f64)]) {
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    weights.iter_mut().for_each(|(_, weight)| *weight /= sum);
}
