//! A short story of commands, told on any interpreter.

use anyhow::Result;
use bank::{Account, AccountCommand, Bank};
use lawful::prelude::*;
use std::io::Write;

/// Executes a few commands on Ada's account and tells what came of each.
pub(crate) async fn tell(bank: &impl Interpreter<Bank>, out: &mut impl Write) -> Result<()> {
    let ada = Id::<Account>::from_name("ADA-1");
    let commands = [
        AccountCommand::open("Ada"),
        AccountCommand::deposit(100),
        AccountCommand::withdraw(70),
        AccountCommand::withdraw(50),
    ];
    for command in commands {
        let said = command.to_string();
        match bank.execute(ada, command).await {
            Ok(receipt) => {
                let events: Vec<_> = receipt.events.iter().map(ToString::to_string).collect();
                writeln!(
                    out,
                    "{said}\n  version {}: {}",
                    receipt.version,
                    events.join(", ")
                )?;
            }
            Err(Error::Rejected(rejection)) => {
                writeln!(
                    out,
                    "{said}\n  {}",
                    rejection.to_string().replace('\n', "\n  ")
                )?;
            }
            Err(Error::Failed(failure)) => return Err(failure.into()),
        }
    }
    let account = bank.load(ada).await?;
    writeln!(
        out,
        "\naccount {ada}, version {}:\n  {:?}",
        account.version, account.state
    )?;
    Ok(())
}
