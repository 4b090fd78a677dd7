//! Recordings of four activities by a watch.

use std::path::Path;

use super::{place, text_file};
use crate::{Error, Result};

/// Numbers that the watch records at each step.
const CHANNELS: usize = 6;

/// Recordings of people standing, running, walking and playing badminton, split as published.
///
/// ```
/// use lstm::data::{Motion, Motions};
///
/// let still = Motion { series: vec![[0.0; 6]; 100], label: 0 };
/// let motions = Motions { train: vec![still.clone()], test: vec![still], labels: vec!["Standing".to_owned()] };
/// assert_eq!(motions.labels[motions.test[0].label], "Standing");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Motions {
    /// The 40 recordings to learn from, 10 of each activity.
    pub train: Vec<Motion>,
    /// The 40 recordings to test on, 10 of each activity.
    pub test: Vec<Motion>,
    /// The names of the activities: `Standing`, `Running`, `Walking`, `Badminton`.
    pub labels: Vec<String>,
}

/// One recording.
///
/// ```
/// use lstm::data::Motion;
///
/// let still = Motion { series: vec![[0.0; 6]; 100], label: 0 };
/// let forwards: Vec<f32> = still.series.iter().map(|channels| channels[0]).collect(); // one channel over time
/// assert_eq!(forwards.len(), 100);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    /// The six channels at each of 100 steps, a tenth of a second apart: three axes of acceleration, then three of
    /// rotation. The file gives no units.
    pub series: Vec<[f32; CHANNELS]>,
    /// The activity: an index into [`Motions::labels`].
    pub label: usize,
}

/// The data set BasicMotions: four students wore a watch during four activities. From the UEA archive of time-series
/// classification (Bagnall et al. 2018).
///
/// Fails where the data set `basic-motions` is neither here nor can be fetched; see the [module](super).
///
/// ```no_run
/// let motions = lstm::data::basic_motions()?;
/// let first = &motions.train[0];
/// assert_eq!((first.series.len(), motions.labels[first.label].as_str()), (100, "Standing"));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn basic_motions() -> Result<Motions> {
    let read = |file| {
        let path = place::file("basic-motions", file)?;
        recordings(&text_file(&path)?, &path)
    };
    let (train, labels) = read("BasicMotions_TRAIN.ts")?;
    let (test, test_labels) = read("BasicMotions_TEST.ts")?;
    if labels == test_labels {
        return Ok(Motions { train, test, labels });
    }
    Err(Error::Format {
        path: place::file("basic-motions", "BasicMotions_TEST.ts")?,
        format: "test set of the training set beside it",
        why: format!("its activities are {test_labels:?}, expected {labels:?}"),
    })
}

/// Reads a file of the `.ts` format: comments, `@` lines about the data, `@data`, and a recording a line: each channel's
/// numbers between commas, channels and the name of the activity between colons.
fn recordings(text: &str, path: &Path) -> Result<(Vec<Motion>, Vec<String>)> {
    let format = |why: String| Error::Format { path: path.to_path_buf(), format: ".ts", why };
    let mut labels: Vec<String> = Vec::new();
    let mut motions = Vec::new();
    let mut in_data = false;
    for (line, number) in text.lines().zip(1usize..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
        } else if in_data {
            motions.push(motion(line, &labels).map_err(|why| format(format!("line {number}: {why}")))?);
        } else if let Some(names) = line.strip_prefix("@classLabel true ") {
            labels = names.split_whitespace().map(str::to_owned).collect();
        } else {
            in_data = line == "@data";
        }
    }
    match motions.first() {
        None => Err(format("it has no recordings after a line `@data`".to_owned())),
        Some(_) if labels.is_empty() => Err(format("it has no line `@classLabel true ...`".to_owned())),
        Some(_) => Ok((motions, labels)),
    }
}

fn motion(line: &str, labels: &[String]) -> Result<Motion, String> {
    let fields: Vec<&str> = line.split(':').collect();
    let [channels @ .., name] = &fields[..] else { return Err("it is empty".to_owned()) };
    if channels.len() != CHANNELS {
        return Err(format!("{} channels, expected {CHANNELS}", channels.len()));
    }
    let label = labels
        .iter()
        .position(|label| label == name.trim())
        .ok_or_else(|| format!("activity `{}`, expected one of {labels:?}", name.trim()))?;
    let numbers = |channel: &&str| channel.split(',').map(number).collect::<Result<Vec<f32>, String>>();
    let channels = channels.iter().map(numbers).collect::<Result<Vec<_>, _>>()?;
    let steps = channels[0].len();
    if let Some(other) = channels.iter().find(|channel| channel.len() != steps) {
        return Err(format!("channels of {steps} and of {} steps", other.len()));
    }
    let series = (0..steps).map(|t| std::array::from_fn(|channel| channels[channel][t])).collect();
    Ok(Motion { series, label })
}

fn number(text: &str) -> Result<f32, String> {
    let number = text.trim().parse().ok().filter(|number: &f32| number.is_finite());
    number.ok_or_else(|| format!("`{text}` is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "#about\n@problemName X\n@dimensions 6\n@classLabel true Sit Run\n@data\n";

    #[test]
    fn channels_become_steps() {
        let file = format!("{HEAD}1,2:3,4:5,6:7,8:9,10:11,-1.5e1:Run\n\n0:0:0:0:0:0.5:Sit\n");
        let (motions, labels) = recordings(&file, Path::new("m")).unwrap();
        assert_eq!(labels, ["Sit", "Run"]);
        let first =
            Motion { series: vec![[1.0, 3.0, 5.0, 7.0, 9.0, 11.0], [2.0, 4.0, 6.0, 8.0, 10.0, -15.0]], label: 1 };
        assert_eq!(motions, [first, Motion { series: vec![[0.0, 0.0, 0.0, 0.0, 0.0, 0.5]], label: 0 }]);
    }

    #[test]
    fn errors_name_the_line() {
        for (line, why) in [
            ("1:2:3:4:5:Run", "line 6: 5 channels, expected 6"),
            ("1:2:3:4:5:6:Fly", "activity `Fly`, expected one of [\"Sit\", \"Run\"]"),
            ("1:2:3:4:5:six:Run", "`six` is not a number"),
            ("1:2:3:4:5:NaN:Run", "`NaN` is not a number"),
            ("1:2:3:4:5:6,7:Run", "channels of 1 and of 2 steps"),
        ] {
            let error = recordings(&format!("{HEAD}{line}"), Path::new("m")).unwrap_err().to_string();
            assert!(error.starts_with("m is not a .ts file: ") && error.contains(why), "{error}");
        }
        let error = recordings(HEAD, Path::new("m")).unwrap_err().to_string();
        assert!(error.contains("no recordings"), "{error}");
    }
}
