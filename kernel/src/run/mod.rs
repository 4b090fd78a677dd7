//! `lstm-kernel run`: executes notebooks with no client but itself.

mod client;
mod execute;
mod junit;
mod notebook;
mod options;
mod outputs;
mod process;
mod progress;
mod report;
mod schedule;
mod spec;
mod stop;
mod wire;

pub(crate) use options::Options;
pub(crate) use schedule::run;
