//! kill -9: a process that trains is killed at random moments and started again; its loss is that of one left alone.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lstm::models::{LanguageModel, LanguageModelOptions, LanguageTask};
use lstm::random::Generator;
use lstm::text::Stream;

use super::*;

const FOLDER: &str = "LSTM_TEST_KILLED_IN";
const UPDATES: usize = 300;
const KILLS: usize = 20;

/// Trains in this process until the end; with a folder it goes on from the checkpoint there and writes a new one after
/// every third update.
fn train(folder: Option<&Path>) -> (u64, Vec<f64>) {
    random::seed(11);
    let parameters = Parameters::seeded(4, DType::F32, &CPU);
    let options =
        LanguageModelOptions { hidden_sizes: vec![12, 8], dropout: 0.3, embedding_size: Some(6), ..Default::default() };
    let model = LanguageModel::new(10, options, parameters.builder()).unwrap();
    let mut generator = Generator::new(3);
    let ids: Vec<u32> =
        (0..700).map(|k| if generator.below(3) == 0 { generator.below(10) as u32 } else { k % 10 }).collect();
    let stream = |ids: &[u32]| Stream::new(ids, 4, 7).unwrap();
    let mut task = LanguageTask::new(model, stream(&ids[..600])).with_validation(stream(&ids[600..]));
    let mut trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.01)).unwrap();
    let mut plan = Plan::updates(UPDATES).validate_every(50).quiet();
    if let Some(folder) = folder {
        plan = plan.checkpoint(folder.join("run.safetensors"), 3);
    }
    trainer.fit_task(&plan, &mut task).unwrap();
    let weights = parameters.vars().iter().flat_map(|var| numbers(var)).collect();
    (trainer.history().losses()[UPDATES - 1].to_bits(), weights)
}

/// Not a test of its own: what the killed process runs.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let (loss, weights) = train(Some(Path::new(&folder)));
    let text = format!("{loss} {weights:?}");
    std::fs::write(Path::new(&folder).join("result"), text).unwrap();
}

#[test]
fn twenty_kills_change_nothing() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let start_child = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::child", "--ignored"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut generator = Generator::new(Instant::now().elapsed().as_nanos() as u64);
    let result = folder.path().join("result");
    let (mut kills, mut resumed) = (0, 0);
    while kills < KILLS && !result.exists() {
        let mut child = start_child();
        // Every child must get through an update or two, or nothing would ever be done: it is killed some time after
        // the checkpoint has changed.
        let changed = |since: Option<std::time::SystemTime>| modified(folder.path()) != since;
        let before = modified(folder.path());
        resumed += usize::from(before.is_some());
        let deadline = Instant::now() + Duration::from_secs(20);
        while !changed(before) && child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "a child made no checkpoint");
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(generator.below(4000) as u64));
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        kills += 1;
    }
    assert!(resumed >= KILLS / 2, "the run was over after {kills} kills; make it longer");
    assert!(start_child().wait().unwrap().success());
    let (loss, weights) = train(None);
    assert_eq!(std::fs::read_to_string(&result).unwrap(), format!("{loss} {weights:?}"));
}

/// When the checkpoint was last replaced.
fn modified(folder: &Path) -> Option<std::time::SystemTime> {
    folder.join("run.safetensors").metadata().and_then(|data| data.modified()).ok()
}
