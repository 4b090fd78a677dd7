//! Captions of toy pictures, then of toy clips with the same eye, three seeds, judged on 400 held-out ones each. The
//! arguments are the numbers of updates for pictures and clips. Makes the figures of `docs/results.md`.

use std::time::Instant;

use lstm::models::{Captioner, ClipCaptioner};
use lstm::prelude::*;
use lstm::schedule::CosineAnnealing;
use lstm::tasks::{Clips, Pictures};

fn main() -> Result<()> {
    let (for_pictures, for_clips) = (argument(1, 1000), argument(2, 1500));
    let pictures = Pictures::seeded(99).held_out().batch(400, &Device::Cpu)?;
    let clips = Clips::seeded(99).held_out().batch(400, &Device::Cpu)?;
    let (mut of_pictures, mut of_clips) = (Vec::new(), Vec::new());
    for seed in 1..=3 {
        let started = Instant::now();
        let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
        let captioner = Captioner::new(16, 64, parameters.builder().pp("pictures"))?;
        let settings = |updates: usize| -> Result<Settings> {
            Ok(Settings::default().schedule(CosineAnnealing::new(0.005, updates)?).clip_norm(1.0))
        };
        let mut task = Pictures::seeded(seed);
        let mut trainer = Trainer::new(&parameters, settings(for_pictures)?)?;
        trainer.fit(&Plan::updates(for_pictures).quiet(), |_| captioner.loss(&task.batch(32, &Device::Cpu)?))?;
        of_pictures.push(pictures.answers.exact(&captioner.describe(&pictures.pictures)?));
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "pictures, seed {seed}: {:.4} of all captions exact, {seconds:.0} s",
            of_pictures[of_pictures.len() - 1]
        );

        let started = Instant::now();
        let vb = parameters.builder().pp("clips");
        let watcher = ClipCaptioner::new(captioner.eye().clone(), 16, 64, vb)?;
        // The same store: the eye learns on, the writer of the pictures gets no gradient and stays as it is.
        let mut task = Clips::seeded(seed);
        let mut trainer = Trainer::new(&parameters, settings(for_clips)?)?;
        trainer.fit(&Plan::updates(for_clips).quiet(), |_| watcher.loss(&task.batch(32, &Device::Cpu)?))?;
        of_clips.push(clips.answers.exact(&watcher.describe(&clips.clips)?));
        let seconds = started.elapsed().as_secs_f64();
        println!("clips, seed {seed}: {:.4} of all captions exact, {seconds:.0} s", of_clips[of_clips.len() - 1]);
    }
    for (name, found) in [("pictures", &mut of_pictures), ("clips", &mut of_clips)] {
        found.sort_by(f64::total_cmp);
        println!("{name}: median {:.4}", found[1]);
    }
    Ok(())
}

/// Argument number `k`, or `default` if it is missing or no number.
fn argument(k: usize, default: usize) -> usize {
    std::env::args().nth(k).and_then(|text| text.parse().ok()).unwrap_or(default)
}
