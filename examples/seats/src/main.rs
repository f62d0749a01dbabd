//! Seats of one performance. The first argument says what to do with the declaration.

use anyhow::Result;
use clap::{Parser, Subcommand};
use lawful::prelude::*;
use lawful_check::Partitioned;
use lawful_memory::Memory;
use seats::{Seats, SeatsCommand, SeatsEvent, Theatre};
use std::io::{Write, stdout};

/// Seats of one performance, declared once. Without a command: the model.
#[derive(Parser)]
#[command(name = "seats")]
struct Arguments {
    #[command(subcommand)]
    choice: Option<Choice>,
}

#[derive(Subcommand)]
enum Choice {
    /// Prints the model.
    Model,
    /// Reserves some seats in memory, at one box office.
    Memory,
    /// Prints which commands two box offices may accept at once, and what breaks otherwise.
    Coordination {
        /// Prints JSON: a new demand in it is a breaking change.
        #[arg(long)]
        json: bool,
    },
    /// Lets two box offices sell while the line between them is down.
    Parted,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let text = match Arguments::parse().choice {
        None | Some(Choice::Model) => format!("{}\n", Seats::model()),
        Some(Choice::Memory) => sold_in_memory().await?,
        Some(Choice::Coordination { json }) => coordination(json)?,
        Some(Choice::Parted) => format!("{}\n", parted()),
    };
    match stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough: `seats coordination | head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn coordination(json: bool) -> Result<String> {
    let report = lawful_check::coordination::<Seats>().report()?;
    Ok(if json {
        report.to_json()
    } else {
        report.to_string()
    })
}

fn parted() -> Partitioned<Seats> {
    Partitioned::given([SeatsEvent::reserved("A1", "Ann")])
        .split()
        .on("north")
        .execute(SeatsCommand::reserve("A2", "Ann"))
        .on("south")
        .execute(SeatsCommand::reserve("A3", "Ann"))
        .heal()
}

async fn sold_in_memory() -> Result<String> {
    use std::fmt::Write as _;

    let theatre = Memory::<Theatre>::default();
    let tonight = Id::<Seats>::from_name("tonight");
    let mut said = String::new();
    for command in [
        SeatsCommand::reserve("A1", "Ann"),
        SeatsCommand::reserve("A1", "Bob"),
        SeatsCommand::reserve("A2", "Ann"),
        SeatsCommand::reserve("A3", "Ann"),
    ] {
        let asked = command.to_string();
        match theatre.execute(tonight, command).await {
            Ok(receipt) => writeln!(said, "{asked}: {}", receipt.events[0])?,
            Err(Error::Rejected(rejection)) => writeln!(said, "{asked}: {rejection}")?,
            Err(Error::Failed(failure)) => return Err(failure.into()),
        }
    }
    Ok(said)
}
