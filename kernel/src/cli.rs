//! The command line: what can be typed, and which module does it.

use crate::error::Result;
use crate::{book, clean, data, doctor, front, install, lab, python, run, spare};
use clap::{Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

const EXIT_CODES: &str = "\
Exit codes:
    0  all is well
    1  run: a cell failed
    2  the command line or a file given to it cannot be used
    3  something is missing on this machine (the message says what to do; see also doctor)
    4  anything else: a kernel or another program that failed, a file that cannot be written
  130  interrupted
  lab passes on the exit code of JupyterLab.

Environment:
  LSTM_CACHE   folder for warm builds, the Python environment and data sets [default: in the user's cache folder]
  LSTM_DATA    folder for data sets [default: data in the folder above]
  LSTM_COURSE  the checkout of the course [default: where this program was built]
  LSTM_INTERRUPT_GRACE  seconds that an interrupted cell may take to stop before its process is ended [default: 3]
  LSTM_SPARE   seconds that a spare engine waits for the next kernel; 0 for none [default: 1800; 0 where CI is set]
  LSTM_HISTORY  file that keeps the cells of all sessions, or off [default: lstm-kernel/history.jsonl in the user's
               data folder]";

/// The Jupyter kernel of the LSTM course, and the commands around it.
#[derive(Parser)]
#[command(name = "lstm-kernel", version, about, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prepare everything and open JupyterLab on the notebooks
    Lab(lab::Options),
    /// Execute notebooks headlessly and say which cells fail
    Run(run::Options),
    /// Make the kernel known to Jupyter
    Install(install::Install),
    /// Take the kernel out of Jupyter again
    Uninstall(install::Uninstall),
    /// Check this machine; prints what is missing and the command that mends it
    Doctor,
    /// Remove the warm builds, the Python environment and the data sets
    Clean(clean::Options),
    /// Execute the notebooks and make a folder of web pages of them
    Book(book::Options),
    /// Texts and recordings that the lectures use: list, fetch, verify
    Data(data::Options),
    /// Make the Python environment and print its interpreter
    Python(python::Options),
    /// Serve one kernel to a Jupyter client (what the kernelspec runs)
    Kernel {
        /// The connection file that the client wrote
        #[arg(long, value_name = "FILE")]
        connection_file: PathBuf,
    },
    /// Keep a spare engine for the next kernel (kernels and `lab` start it)
    #[command(hide = true)]
    Spare,
}

/// Parses the command line, does what it says and returns the exit code.
pub(crate) fn run() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where stderr is closed the exit code still tells.
            let _ = writeln!(std::io::stderr(), "lstm-kernel: {error}");
            error.exit_code()
        }
    }
}

impl Command {
    fn run(self) -> Result<()> {
        match self {
            Self::Lab(options) => lab::open(&options),
            Self::Run(options) => run::run(options),
            Self::Install(options) => install::install(&options),
            Self::Uninstall(options) => install::uninstall(&options),
            Self::Doctor => doctor::examine(),
            Self::Clean(options) => clean::clean(&options),
            Self::Book(options) => book::make(options),
            Self::Data(options) => data::obey(&options),
            Self::Python(options) => python::print(&options),
            Self::Kernel { connection_file } => front::serve(&connection_file),
            Self::Spare => spare::keep(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
