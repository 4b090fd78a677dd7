//! `lstm-kernel`: the Jupyter kernel of the LSTM course, and the commands around it.
//!
//! One binary plays every part, since evcxr starts the program that it is linked into a second time as the process
//! that runs user code. [`role`] looks first at which part this process has been given.

mod book;
mod clean;
mod cli;
mod connection;
mod data;
mod doctor;
mod engine;
mod environment;
mod error;
mod forwarder;
mod front;
mod install;
mod lab;
mod lock;
mod output;
mod parent_death;
mod paths;
mod processes;
mod program;
mod progress;
mod python;
mod relay;
mod role;
mod run;
mod settle;
mod spare;
mod text;
mod toolchain;
mod warm;

use std::process::ExitCode;

fn main() -> ExitCode {
    match role::Role::of_this_process() {
        role::Role::Command => cli::run(),
        other => other.play(),
    }
}
