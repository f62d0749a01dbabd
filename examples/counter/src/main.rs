//! The smallest model: its text, and a few commands in memory.

use anyhow::Result;
use counter::{Counter, CounterCommand, Counting};
use lawful::prelude::*;
use lawful_memory::Memory;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    println!("{}", Counter::model());
    let counting = Memory::<Counting>::default();
    let counter = Id::<Counter>::from_name("turnstile");
    for command in [
        CounterCommand::reset(),
        CounterCommand::increment(),
        CounterCommand::reset(),
        CounterCommand::decrement(),
    ] {
        let said = command.to_string();
        match counting.execute(counter, command).await {
            Ok(receipt) if receipt.events.is_empty() => {
                println!("{said}: nothing to do, still {:?}", receipt.state);
            }
            Ok(receipt) => println!("{said}: {}, now {:?}", receipt.events[0], receipt.state),
            Err(Error::Rejected(rejection)) => println!("{rejection}"),
            Err(Error::Failed(failure)) => return Err(failure.into()),
        }
    }
    Ok(())
}
