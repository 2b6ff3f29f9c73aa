//! The product's figures, measured: `cargo bench` for all of them, `cargo bench -- tap` for those
//! whose name holds a word. Each prints its median, its 99th percentile, and how many were taken.

mod commands;
mod drills;
mod ground;
mod import;
mod intake;
mod lateness;
mod night;
mod playbooks;
mod roster;
mod start;
mod tap;

use anyhow::Result;

type Figure = (&'static str, fn() -> Result<()>);

const FIGURES: [Figure; 14] = [
    ("commands", commands::measure),
    ("intake", intake::measure),
    ("import", import::measure),
    ("lateness", lateness::measure),
    ("tap", tap::measure),
    ("night", night::measure),
    ("roster", roster::measure),
    ("playbooks", playbooks::built_in),
    ("playbook-long", playbooks::long),
    ("playbook-step", playbooks::transition),
    ("drills", drills::measure),
    ("start-empty", start::empty),
    ("start-full", start::full),
    ("memory", start::memory),
];

fn main() -> Result<()> {
    // Cargo passes `--bench`; what is left are words of names.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, measure) in FIGURES {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str())) {
            println!("\n{name}");
            measure()?;
        }
    }
    Ok(())
}
