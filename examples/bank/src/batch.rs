//! Commands as JSON lines: each is answered, in order, by a receipt, a rejection, or what is wrong with it.

use anyhow::{Context, Result};
use bank::{Account, AccountCommand, AccountEvent, Bank};
use indicatif::{ProgressBar, ProgressStyle};
use lawful::Position;
use lawful::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// How many commands are on their way at once, so that they can be committed together.
const WINDOW: usize = 256;

/// Executes every line of the file (`-`: standard input).
///
/// The status says whether every line was understood and answered; a rejection is an answer.
pub(crate) async fn execute(
    bank: &impl Interpreter<Bank>,
    commands: &Path,
    out: &mut impl Write,
) -> Result<ExitCode> {
    let (mut lines, bar) = open(commands)?;
    let mut number = 0;
    let mut clean = true;
    loop {
        // Tasks of one account start, and are decided, in the order of their lines.
        let mut waiting = Vec::new();
        let mut read = 0;
        while waiting.len() < WINDOW {
            let mut line = Vec::new();
            let length = lines
                .read_until(b'\n', &mut line)
                .context("the commands cannot be read to their end")?;
            if length == 0 {
                break;
            }
            number += 1;
            read += length as u64;
            if !line.trim_ascii().is_empty() {
                waiting.push((number, answer(bank, &line)));
            }
        }
        if read == 0 {
            break;
        }
        for (line, answer) in waiting {
            let answer = answer.await.context("the task of a command ended early")?;
            clean &= !matches!(answer, Answer::Malformed { .. } | Answer::Failed { .. });
            let json = serde_json::to_string(&Numbered { line, answer })?;
            bar.suspend(|| writeln!(out, "{json}"))?;
        }
        bar.inc(read);
    }
    bar.finish_and_clear();
    out.flush()?;
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The lines and a bar, which shows itself only where a person is watching.
fn open(commands: &Path) -> Result<(Box<dyn BufRead>, ProgressBar)> {
    if commands == Path::new("-") {
        let spinner = ProgressBar::new_spinner();
        spinner.set_style(ProgressStyle::with_template(
            "{spinner} {bytes} read in {elapsed}",
        )?);
        return Ok((Box::new(BufReader::new(std::io::stdin())), spinner));
    }
    let name = commands.display();
    let file =
        File::open(commands).with_context(|| format!("the commands `{name}` cannot be opened"))?;
    let bar = ProgressBar::new(
        file.metadata()
            .with_context(|| format!("the commands `{name}` cannot be read"))?
            .len(),
    );
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {bytes}/{total_bytes}, {eta} left",
    )?);
    Ok((Box::new(BufReader::new(file)), bar))
}

/// What a line is answered with.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Receipt {
        id: Id<Account>,
        version: u64,
        position: Option<Position>,
        events: Events<AccountEvent>,
        state: Arc<Account>,
    },
    Rejected {
        id: Id<Account>,
        rejected: Rejection,
    },
    Failed {
        id: Id<Account>,
        failed: String,
    },
    Malformed {
        malformed: String,
    },
}

/// An answer with the number of its line, from 1.
#[derive(Serialize)]
struct Numbered {
    line: u64,
    #[serde(flatten)]
    answer: Answer,
}

/// Begins to execute one line; the task's result is the answer.
fn answer(bank: &impl Interpreter<Bank>, line: &[u8]) -> JoinHandle<Answer> {
    let bank = bank.clone();
    let request = Request::read(line);
    tokio::spawn(async move {
        let Request {
            id,
            command_id,
            command,
        } = match request {
            Ok(request) => request,
            Err(malformed) => return Answer::Malformed { malformed },
        };
        let mut execute = bank.execute(id, command);
        if let Some(command_id) = command_id {
            execute = execute.command_id(command_id);
        }
        match execute.await {
            Ok(receipt) => Answer::Receipt {
                id,
                version: receipt.version,
                position: receipt.position,
                events: receipt.events,
                state: receipt.state,
            },
            Err(Error::Rejected(rejected)) => Answer::Rejected { id, rejected },
            Err(Error::Failed(failure)) => Answer::Failed {
                id,
                failed: failure.to_string(),
            },
        }
    })
}

/// One line: `{"id": .., "type": "withdraw", "data": {..}, "command_id": ..}`; the last is optional.
struct Request {
    id: Id<Account>,
    command_id: Option<String>,
    command: AccountCommand,
}

impl Request {
    fn read(line: &[u8]) -> Result<Self, String> {
        let expected =
            r#"expected an object such as {"id": .., "type": "withdraw", "data": {"amount": 50}}"#;
        let mut fields: Map<String, Value> =
            serde_json::from_slice(line).map_err(|error| format!("{error}; {expected}"))?;
        let id = fields
            .remove("id")
            .ok_or_else(|| format!("missing field `id`; {expected}"))?;
        let id = serde_json::from_value(id).map_err(|error| format!("field `id`: {error}"))?;
        let command_id = match fields.remove("command_id") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => {
                return Err(format!(
                    "field `command_id`: found `{other}`, expected a text"
                ));
            }
        };
        let command =
            serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())?;
        Ok(Request {
            id,
            command_id,
            command,
        })
    }
}

/// Whether an error only says that nobody reads the answers any more, as with `| head`.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let found = error.downcast_ref::<std::io::Error>();
    found.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
