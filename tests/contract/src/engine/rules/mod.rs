//! The rules themselves, by subject.
use crate::engine::{Desk, DeskPayload, Purse, PurseCommand, PurseRule};
use crate::report::{Breach, Found, must};
use lawful::log::{EventLog, StreamId};
use lawful::{Aggregate, Error, Id, Interpreter, Receipt};

pub(crate) mod appending;
pub(crate) mod confirming;
pub(crate) mod ids;
pub(crate) mod telling;

type Answer = Result<Receipt<Purse>, Error>;

/// Executes commands one after the other; all must be accepted.
async fn done(
    engine: &impl Interpreter<Desk>,
    id: Id<Purse>,
    commands: impl IntoIterator<Item = PurseCommand>,
) -> Result<(), Breach> {
    for command in commands {
        let text = command.to_string();
        if let Err(error) = engine.execute(id, command).await {
            return Err(Breach::Broken(format!(
                "`{text}` had to be accepted: {error}"
            )));
        }
    }
    Ok(())
}

/// Opens a purse with this much in it.
async fn filled(engine: &impl Interpreter<Desk>, amount: i64) -> Result<Id<Purse>, Breach> {
    let id = Id::new();
    done(
        engine,
        id,
        [PurseCommand::open(), PurseCommand::fill(amount)],
    )
    .await?;
    Ok(id)
}

/// How many events the log holds of a purse.
async fn recorded(log: &impl EventLog<Event = DeskPayload>, id: Id<Purse>) -> Result<u64, Breach> {
    let stream = StreamId {
        aggregate: <Purse as Aggregate>::NAME,
        id: id.uuid(),
    };
    Ok(log.read_stream(stream, 0, 0).await?.version)
}

/// What must have been accepted.
fn accepted(answer: Answer, what: &str) -> Result<Receipt<Purse>, Breach> {
    answer.map_err(|error| Breach::Broken(format!("{what} had to be accepted: {error}")))
}

/// What must have been rejected by this rule.
fn rejected(answer: Answer, rule: PurseRule, what: &str) -> Found {
    match answer {
        Err(Error::Rejected(rejection)) if rejection.broke(rule) => {}
        other => must!(
            false,
            "{what} had to be rejected by `{rule}`, and was answered with {other:?}"
        ),
    }
    Ok(())
}
