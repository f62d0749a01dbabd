//! A real crash: processes of the system work on one SQLite file, and the first one is killed at the worst moment.

use crate::payments::Till;
use crate::show::say;
use crate::{MORNING, fulfil, order, state, stock};
use anyhow::{Context, Result, bail};
use fulfilment::{OrderCommand, Shop, ShopServices};
use lawful::Domain;
use lawful::log::EventLog;
use lawful_sqlite::{Sqlite, SqliteOptions};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// One node: opens the file, and resumes whatever is due.
pub(crate) async fn node(folder: &Path, is_mute: bool) -> Result<()> {
    let shop = open(folder, is_mute).await?;
    for resumed in shop.resume_all().await? {
        say(resumed);
    }
    Ok(())
}

async fn open(folder: &Path, is_mute: bool) -> Result<Sqlite<Shop>> {
    let mut payments = Till::open(&folder.join("payments"))?;
    payments.is_mute = is_mute;
    let options = SqliteOptions::new(folder.join("shop.db")).clock(|| MORNING);
    Ok(Sqlite::open_with(options, ShopServices { payments }).await?)
}

/// Starts a process, kills the node that works on it, and lets others go on.
pub(crate) async fn crash() -> Result<()> {
    let folder = tempfile::tempdir().context("there is no room for a folder")?;
    let shop = open(folder.path(), false).await?;
    stock(&shop).await?;

    say("An order is started. From now on it is in the file, and any node will see to it.");
    shop.start(order(), fulfil(2)).await?;
    journal(&shop).await?;

    say(
        "\nNode 1 works on it. It is killed when the money is taken and before it could write that down.",
    );
    let (mut first, lines) = child(folder.path(), true)?;
    for line in lines {
        let line = line?;
        say(format!("  node 1: {line}"));
        if line.ends_with("taken") {
            break;
        }
    }
    first.kill()?;
    let status = first.wait()?;
    if status.success() {
        bail!("node 1 ended before it could be killed");
    }
    say("  kill -9");
    journal(&shop).await?;

    say(
        "\nNode 2 goes on. Steps 1 to 3 are in the journal and are asked of nobody; step 4 is asked again, under the same key.",
    );
    run(folder.path(), 2)?;
    journal(&shop).await?;

    say(
        "\nThe warehouse sends the parcel off. Node 3 finds that in the log, and asks the payment service nothing.",
    );
    shop.execute(order(), OrderCommand::ship("a parcel"))
        .await?;
    run(folder.path(), 3)?;
    journal(&shop).await?;

    let taken = Till::open(&folder.path().join("payments"))?.balance();
    let state = state(&shop).await?;
    say(format!("\n{state}, taken: {taken}"));
    Ok(())
}

fn child(folder: &Path, is_mute: bool) -> Result<(Child, std::io::Lines<BufReader<ChildStdout>>)> {
    let this = std::env::current_exe().context("this program does not know where it is")?;
    let mut command = Command::new(this);
    command.arg("node").arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    if is_mute {
        command.arg("--mute");
    }
    let mut child = command
        .spawn()
        .context("this program cannot be started again")?;
    let out = child.stdout.take().context("a child without output")?;
    Ok((child, BufReader::new(out).lines()))
}

/// Lets a node work to its end.
fn run(folder: &Path, number: u32) -> Result<()> {
    let (mut child, lines) = child(folder, false)?;
    for line in lines {
        say(format!("  node {number}: {}", line?));
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("node {number} ended with {status}");
    }
    Ok(())
}

/// The journal as it stands in the log.
async fn journal(shop: &Sqlite<Shop>) -> Result<()> {
    let origin = lawful::Position::origin(shop.log().identity());
    let page = shop.log().read_all(origin, 1_000).await?;
    let lines = page
        .entries
        .iter()
        .filter_map(|entry| Shop::journal(&entry.event));
    let mut told = Vec::new();
    for line in lines {
        let data: serde_json::Value = serde_json::from_str(line.data())?;
        let step = data["step"].as_str().map(|step| format!(" {step}"));
        told.push(format!(
            "{}{}",
            line.kind().name(),
            step.unwrap_or_default()
        ));
    }
    say(format!("  journal: {}", told.join(", ")));
    Ok(())
}
