//! Reads the declaration instead of running it: its laws, and what is wrong or idle in it.

use anyhow::Result;
use bank::Account;
use indicatif::{ProgressBar, ProgressStyle};
use lawful_check::{Check, Laws, Scope};
use std::io::{IsTerminal, Write, stderr};
use std::process::ExitCode;

/// Looks at `states` states; the exit status is 1 where something is wrong.
pub(crate) fn check(states: usize, out: &mut impl Write) -> Result<ExitCode> {
    let laws = Laws::<Account>::new().run()?;
    writeln!(out, "{laws}\n")?;
    out.flush()?;
    let scope = Scope::new().budget(states);
    let bar = ProgressBar::new(states as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos} of at most {len} states, {msg}",
    )?);
    let watched = stderr().is_terminal();
    let mut told = 0;
    let report = Check::<Account>::new()
        .scope(scope)
        .run_watched(&mut |progress| {
            if watched {
                bar.set_position(progress.states as u64);
                bar.set_message(format!("{} commands deep", progress.depth));
            } else if progress.states >= told + 1_000 {
                // Where nobody sees a bar, a line now and then.
                told = progress.states;
                eprintln!(
                    "{} of at most {states} states, {} commands deep",
                    progress.states, progress.depth
                );
            }
        })?;
    bar.finish_and_clear();
    writeln!(out, "{report}")?;
    out.flush()?;
    Ok(if laws.holds() && !report.has_errors() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
