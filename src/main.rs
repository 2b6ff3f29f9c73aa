//! `trucban`: parses, calls `cli`, turns the end into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    trucban::cli::main(std::env::args_os())
}
