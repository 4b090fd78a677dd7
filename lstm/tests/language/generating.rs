//! Samplers, generation and loops.

use lstm::generate::{Generation, Sampler, period};
use lstm::models::{LanguageModel, LanguageModelOptions, LanguageTask};
use lstm::text::Stream;

use super::*;

fn shares(sampler: &mut Sampler, logits: &[f32]) -> Vec<f64> {
    const DRAWS: usize = 20_000;
    let mut counts = vec![0.0; logits.len()];
    for _ in 0..DRAWS {
        counts[sampler.choose(logits).unwrap() as usize] += 1.0 / DRAWS as f64;
    }
    counts
}

fn close(a: &[f64], b: &[f64]) -> bool {
    // Four standard deviations of a share over 20 000 draws are at most 0.0142.
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.0142)
}

#[test]
fn draws_have_the_probabilities_of_the_softmax() {
    // Probabilities 1/8, 4/8, 2/8, 1/8.
    let logits = [1f32, 4.0, 2.0, 1.0].map(f32::ln);
    assert!(close(&shares(&mut Sampler::seeded(1), &logits), &[0.125, 0.5, 0.25, 0.125]));
    // At temperature ½ they are squared: 1, 16, 4, 1 of 22.
    let mut cold = Sampler::seeded(2).temperature(0.5).unwrap();
    assert!(close(&shares(&mut cold, &logits), &[1.0, 16.0, 4.0, 1.0].map(|x: f64| x / 22.0)));
    let mut two = Sampler::seeded(3).top_k(2).unwrap();
    assert!(close(&shares(&mut two, &logits), &[0.0, 2.0 / 3.0, 1.0 / 3.0, 0.0]));
    // 0.5 is not 0.6; 0.5 + 0.25 is.
    let mut nucleus = Sampler::seeded(4).top_p(0.6).unwrap();
    assert!(close(&shares(&mut nucleus, &logits), &[0.0, 2.0 / 3.0, 1.0 / 3.0, 0.0]));
    let mut without = Sampler::seeded(5).without(&[1]);
    assert!(close(&shares(&mut without, &logits), &[0.25, 0.0, 0.5, 0.25]));
    assert_eq!(shares(&mut Sampler::argmax(), &logits)[1].round(), 1.0);
}

#[test]
fn a_seed_gives_the_same_choices_and_another_seed_others() {
    let choices = |seed| {
        let mut sampler = Sampler::seeded(seed);
        (0..50).map(|_| sampler.choose(&[0.0; 8]).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(choices(1), choices(1));
    assert_ne!(choices(1), choices(2));
}

#[test]
fn samplers_refuse_what_has_no_meaning() {
    assert!(Sampler::argmax().temperature(0.0).is_err());
    assert!(Sampler::argmax().top_k(0).is_err());
    assert!(Sampler::argmax().top_p(0.0).is_err() && Sampler::argmax().top_p(1.1).is_err());
    assert!(matches!(Sampler::argmax().choose(&[0.0, f32::NAN]), Err(Error::NonFinite { .. })));
    assert!(Sampler::argmax().without(&[0, 1]).choose(&[0.0, 1.0]).is_err());
    assert_eq!(Sampler::argmax().choose(&[f32::NEG_INFINITY, -1.0]).unwrap(), 1);
    let none = [f32::NEG_INFINITY; 2];
    assert!(matches!(Sampler::seeded(1).choose(&none), Err(Error::NonFinite { .. })));
    // The only one that could be said may not be.
    assert!(Sampler::seeded(1).without(&[1]).choose(&[f32::NEG_INFINITY, 0.0]).is_err());
}

#[test]
fn the_smallest_temperature_draws_the_likeliest() {
    for temperature in [1e-30, 1e-310, f64::from_bits(1)] {
        let mut sampler = Sampler::seeded(1).temperature(temperature).unwrap();
        for logits in [[1.0, 3.0, 2.0], [-1e30, -1.0, f32::NEG_INFINITY], [0.0, f32::MAX, f32::MIN]] {
            assert_eq!(sampler.distribution(&logits).unwrap()[0], (1, 1.0), "{temperature}");
            assert_eq!(sampler.choose(&logits).unwrap(), 1, "{temperature}");
        }
    }
}

#[test]
fn bans_add_up() {
    let sampler = Sampler::argmax().without(&[1]).without(&[2]);
    assert_eq!(sampler.distribution(&[1.0, 3.0, 2.0]).unwrap(), [(0, 1.0)]);
}

#[test]
fn periods_are_the_smallest_that_repeat_three_times() {
    assert_eq!(period(&"the cat the cat the cat ".chars().collect::<Vec<_>>()), Some(8));
    assert_eq!(period(&"xaaaa".chars().collect::<Vec<_>>()), Some(1));
    assert_eq!(period(&"abcabc".chars().collect::<Vec<_>>()), None);
    assert_eq!(period::<u32>(&[]), None);
}

fn trained() -> LanguageModel {
    let ids: Vec<u32> = (0..400).map(|k| k % 7).collect();
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    let options =
        LanguageModelOptions { embedding_size: None, hidden_sizes: vec![16], dropout: 0.2, ..Default::default() };
    let model = LanguageModel::new(7, options, parameters.builder()).unwrap();
    let mut task = LanguageTask::new(model, Stream::new(&ids, 4, 10).unwrap());
    let mut trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.02)).unwrap();
    trainer.fit_task(&Plan::updates(150).quiet(), &mut task).unwrap();
    task.model().clone()
}

#[test]
fn a_trained_model_goes_on_counting_whatever_its_mode() {
    let mut model = trained();
    model.train();
    let written: Result<Vec<u32>> = Generation::new(&model, &[3, 4], Sampler::argmax()).unwrap().take(30).collect();
    let expected: Vec<u32> = (5..35).map(|k| k % 7).collect();
    assert_eq!(written.unwrap(), expected);
    assert_eq!(period(&expected), Some(7));
}

#[test]
fn primes_must_be_tokens() {
    let model = trained();
    for prime in [&[][..], &[7]] {
        assert!(matches!(Generation::new(&model, prime, Sampler::argmax()), Err(Error::Argument { .. })));
    }
    let task = LanguageTask::new(model.clone(), Stream::new(&[0, 1, 2, 3, 4], 1, 2).unwrap());
    let vocabulary = text::Vocabulary::new(text::characters("abc")).unwrap();
    assert!(matches!(task.clone().with_samples(&[], 5, &vocabulary, ""), Err(Error::Argument { .. })));
    assert!(task.with_samples(&["a".to_owned()], 5, &vocabulary, "").is_ok());
    let nothing = Sampler::argmax().without(&[0, 1, 2, 3, 4, 5, 6]);
    let mut failing = Generation::new(&model, &[1], nothing).unwrap();
    assert!(failing.next().unwrap().is_err() && failing.next().is_none());
}
