//! A spare engine: started while nobody waits for it, kept by a process of its own, handed to the next kernel.
//!
//! | file | what it owns |
//! |---|---|
//! | `keeper` | the process that starts a spare, keeps it, gives it away or ends it |
//! | `house` | the folder where a user's one keeper is found |
//! | `line` | what kernels and the keeper say to each other |
//! | `identity` | which kernels a spare may go to |
//! | `freshness` | whether a spare is still what a kernel would start now, and whether there is memory for it |
//! | `starter` | when a kernel has a spare started, and stopping it while a cell runs |

mod freshness;
mod house;
mod identity;
mod keeper;
mod line;
mod starter;

pub(crate) use house::{Found, found};
pub(crate) use keeper::keep;
pub(crate) use line::{end, take};
pub(crate) use starter::{Starter, begin};

use std::time::Duration;

/// Names the setting: how long a spare engine waits for a kernel, in seconds; none at all where it is 0.
pub(crate) const SETTING: &str = "LSTM_SPARE";
/// How long it waits where nothing is set.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// How long a spare engine waits; `None` where there shall be none. Machines that test come and go: there is none where
/// `CI` is set, unless the setting asks for it. What a spare is made of is known on Linux only.
pub(crate) fn patience() -> Option<Duration> {
    patience_of(std::env::var(SETTING).ok().as_deref(), std::env::var_os("CI").is_some())
}

fn patience_of(setting: Option<&str>, is_test_machine: bool) -> Option<Duration> {
    let patience = match setting.map(str::trim) {
        Some("") | None => (!is_test_machine).then_some(PATIENCE),
        Some("off") => None,
        Some(text) => text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
    };
    patience.filter(|patience| cfg!(target_os = "linux") && !patience.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_setting_is_a_number_of_seconds() {
        assert_eq!(patience_of(None, false), Some(PATIENCE));
        assert_eq!(patience_of(None, true), None);
        assert_eq!(patience_of(Some("90"), true), Some(Duration::from_secs(90)));
        for none in ["0", "off", "-1", "soon", "NaN"] {
            assert_eq!(patience_of(Some(none), false), None, "{none}");
        }
    }
}
