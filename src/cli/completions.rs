//! `trucban completions SHELL`: what a shell needs to complete commands and options.

use std::io::Write as _;

use clap_complete::{Shell, generate};

use super::args::{self, ShellName};
use super::{End, Stopped};
use crate::text::cli::said;

/// Prints the script for one shell.
pub fn completions(shell: ShellName) -> Result<End, Stopped> {
    let shell = match shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    generate(shell, &mut args::whole(), "trucban", &mut script);
    let written = std::io::stdout().lock().write_all(&script);
    written.map(|()| End::Done).map_err(|_| Stopped(said::NO_OUTPUT.to_owned()))
}
