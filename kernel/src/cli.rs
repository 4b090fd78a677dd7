//! The command line: what can be typed, and which module does it.

use crate::error::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The Jupyter kernel of the LSTM course, and the commands around it.
#[derive(Parser)]
#[command(name = "lstm-kernel", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve one kernel to a Jupyter client (what the kernelspec runs)
    Kernel {
        /// The connection file that the client wrote
        #[arg(long, value_name = "FILE")]
        connection_file: std::path::PathBuf,
    },
    /// Execute notebooks and say which cells fail
    Run(crate::run::Options),
}

/// Parses the command line, does what it says and returns the exit code.
pub(crate) fn run() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lstm-kernel: {error}");
            error.exit_code()
        }
    }
}

impl Command {
    fn run(self) -> Result<()> {
        match self {
            Self::Kernel { connection_file } => crate::front::serve(&connection_file),
            Self::Run(options) => crate::run::run(options),
        }
    }
}
