//! The bank as documentation.

use anyhow::Result;
use bank::{Account, Bank};
use lawful_docs::Docs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Writes every form of it into a folder, and says which files these are.
pub(crate) fn write(folder: &Path, out: &mut impl Write) -> Result<ExitCode> {
    let docs = Docs::of::<Bank>().explored::<Account>()?;
    for file in docs.write(folder)? {
        writeln!(out, "{}", file.display())?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
