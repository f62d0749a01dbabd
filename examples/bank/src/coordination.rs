use anyhow::Result;
use bank::Account;
use std::io::Write;

/// Prints which commands may be taken in two places at once.
pub(crate) fn print(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let report = lawful_check::coordination::<Account>().report()?;
    if arguments.json {
        out.write_all(report.to_json().as_bytes())?;
    } else {
        write!(out, "{report}")?;
    }
    out.flush()?;
    Ok(())
}

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Prints JSON: a new demand in it is a breaking change.
    #[arg(long)]
    json: bool,
}
