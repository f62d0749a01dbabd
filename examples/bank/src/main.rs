//! A bank: one declaration, run with the interpreter that the first argument names.

mod batch;
mod check;
mod coordination;
mod docs;
mod story;

use anyhow::Result;
use bank::{Account, Bank};
use clap::{Parser, Subcommand};
use lawful::Failure;
use lawful::prelude::*;
use lawful_jetstream::JetStream;
use lawful_memory::Memory;
use lawful_postgres::Postgres;
use lawful_sqlite::Sqlite;
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

/// A bank, declared once. Without a command: the model, and a story told in memory.
#[derive(Parser)]
#[command(name = "bank")]
struct Arguments {
    #[command(subcommand)]
    interpreter: Option<Choice>,
}

#[derive(Subcommand)]
enum Choice {
    /// Runs in memory.
    Memory {
        #[command(flatten)]
        commands: Commands,
    },
    /// Runs on one SQLite file; a second run goes on from the first.
    Sqlite {
        /// The file; it is created where there is none.
        file: PathBuf,
        #[command(flatten)]
        commands: Commands,
    },
    /// Runs on a PostgreSQL server; a second run goes on from the first.
    Postgres {
        /// Where it is: `postgres://user:password@host:port/database`.
        url: String,
        #[command(flatten)]
        commands: Commands,
    },
    /// Runs on a NATS server with JetStream; a second run goes on from the first.
    Jetstream {
        /// Where it is: `nats://user:password@host:port`; several servers of a cluster are parted by commas.
        url: String,
        #[command(flatten)]
        commands: Commands,
    },
    /// Prints the model.
    Model,
    /// Prints which commands may be taken in two places at once, and what breaks otherwise.
    Coordination(coordination::Arguments),
    /// Writes the documentation: a page for people, Markdown, diagrams and JSON.
    Docs {
        /// The folder; it is created where there is none.
        folder: PathBuf,
    },
    /// Looks at the laws, and for what is wrong or idle in the model.
    Check {
        /// How many states are looked at.
        #[arg(long, default_value_t = 2_000)]
        states: usize,
    },
}

#[derive(clap::Args)]
struct Commands {
    /// Executes commands from a file of JSON lines (`-`: standard input) and answers each with a JSON line.
    #[arg(long, value_name = "COMMANDS.jsonl")]
    execute: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut out = BufWriter::new(stdout().lock());
    match run(&mut out).await {
        Ok(status) => status,
        Err(error) if batch::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Not a debug print, which may add a backtrace: the message says what to do. That of a failure tells its causes itself.
            match error.downcast_ref::<Failure>() {
                Some(failure) => eprintln!("error: {failure}"),
                None => eprintln!("error: {error:#}"),
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(out: &mut impl Write) -> Result<ExitCode> {
    match Arguments::parse().interpreter {
        None => {
            writeln!(out, "{}\n", Account::model())?;
            told(&Memory::<Bank>::default(), &Commands { execute: None }, out).await
        }
        Some(Choice::Memory { commands }) => told(&Memory::<Bank>::default(), &commands, out).await,
        Some(Choice::Sqlite { file, commands }) => {
            told(&Sqlite::<Bank>::open(file).await?, &commands, out).await
        }
        Some(Choice::Postgres { url, commands }) => {
            told(&Postgres::<Bank>::connect(url).await?, &commands, out).await
        }
        Some(Choice::Check { states }) => check::check(states, out),
        Some(Choice::Coordination(arguments)) => {
            coordination::print(&arguments, out)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Choice::Docs { folder }) => docs::write(&folder, out),
        Some(Choice::Jetstream { url, commands }) => {
            told(&JetStream::<Bank>::connect(url).await?, &commands, out).await
        }
        Some(Choice::Model) => {
            writeln!(out, "{}", Account::model())?;
            out.flush()?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn told(
    bank: &impl Interpreter<Bank>,
    commands: &Commands,
    out: &mut impl Write,
) -> Result<ExitCode> {
    if let Some(file) = &commands.execute {
        return batch::execute(bank, file, out).await;
    }
    story::tell(bank, out).await?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
