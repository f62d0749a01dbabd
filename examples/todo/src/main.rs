//! A list whose items have ids of their own: its text, and a few commands in memory.

use anyhow::Result;
use lawful::prelude::*;
use lawful_memory::Memory;
use todo::{Item, List, ListCommand, Todo};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    println!("{}", List::model());
    let todo = Memory::<Todo>::default();
    let list = Id::<List>::from_name("household");
    let [bread, dishes] = ["bread", "dishes"].map(Id::<Item>::from_name);
    let commands = [
        ListCommand::add(bread, "Bake bread"),
        ListCommand::add(dishes, "Bake bread"),
        ListCommand::add(dishes, " "),
        ListCommand::add(dishes, "Do the dishes"),
        ListCommand::complete(bread),
        ListCommand::complete(bread),
        ListCommand::tidy(),
    ];
    for command in commands {
        println!("{command}");
        match todo.execute(list, command).await {
            Ok(receipt) if receipt.events.is_empty() => println!("  nothing to do"),
            Ok(receipt) => receipt
                .events
                .iter()
                .for_each(|event| println!("  {event}")),
            Err(Error::Rejected(rejection)) => {
                println!("  {}", rejection.to_string().replace('\n', "\n  "));
            }
            Err(Error::Failed(failure)) => return Err(failure.into()),
        }
    }
    let loaded = todo.load(list).await?;
    println!("\nversion {}: {:#?}", loaded.version, loaded.state);
    Ok(())
}
