//! What a caller can say beside a command.
use super::{Answer, accepted, done, filled, recorded};
use crate::engine::engines::Pair;
use crate::engine::{Desk, Engines, Purse, PurseCommand};
use crate::report::{Found, must, must_equal};
use crate::stagger::{PAUSES, held};
use lawful::{Error, FailureKind, Id, Interpreter, Receipt};

async fn asked(
    engine: &impl Interpreter<Desk>,
    id: Id<Purse>,
    command: PurseCommand,
    key: &str,
) -> Answer {
    engine.execute(id, command).command_id(key).await
}

/// Whether two receipts are of one execution.
fn same(found: &Receipt<Purse>, first: &Receipt<Purse>, when: &str) -> Found {
    must_equal!(found, first, "the receipt of an id that came again {when}");
    Ok(())
}

pub(crate) async fn id_once<F: Engines>(factory: &F) -> Found {
    let Pair {
        first, second, log, ..
    } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    let fill = || PurseCommand::fill(7);
    let receipt = accepted(asked(&first, id, fill(), "once").await, "a chosen id")?;
    for engine in [&first, &second] {
        let again = accepted(asked(engine, id, fill(), "once").await, "a chosen id again")?;
        same(&again, &receipt, "at once")?;
    }
    done(
        &second,
        id,
        [PurseCommand::drain(17), PurseCommand::close()],
    )
    .await?;
    for engine in [&first, &second] {
        // It would be rejected now.
        let again = accepted(asked(engine, id, fill(), "once").await, "a chosen id again")?;
        same(&again, &receipt, "after others")?;
    }
    // At the same time through both.
    for polls in 0..PAUSES {
        let id = filled(&first, 10).await?;
        let (one, other) = held(
            asked(&first, id, fill(), "both"),
            polls,
            asked(&second, id, fill(), "both"),
        )
        .await;
        let one = accepted(one, "a chosen id")?;
        same(&accepted(other, "a chosen id")?, &one, "at the same time")?;
        must_equal!(
            recorded(&log, id).await?,
            3,
            "the events of a purse into which something was put under one id"
        );
    }
    Ok(())
}

pub(crate) async fn silent_id_kept<F: Engines>(factory: &F) -> Found {
    let Pair { first, second, .. } = Pair::new(factory).await;
    let present = filled(&first, 10).await?;
    done(&first, present, [PurseCommand::close()]).await?;
    for id in [present, Id::new()] {
        let close = || PurseCommand::close();
        let receipt = accepted(asked(&first, id, close(), "silent").await, "`close`")?;
        must_equal!(receipt.events.len(), 0, "events of closing what is closed");
        done(&second, id, [PurseCommand::open()]).await?;
        for engine in [&first, &second] {
            let again = accepted(asked(engine, id, close(), "silent").await, "`close` again")?;
            same(&again, &receipt, "after it would have had an effect")?;
        }
        let loaded = second.load(id).await?;
        must!(
            loaded.state.open,
            "a silent command that came again had an effect"
        );
    }
    Ok(())
}

pub(crate) async fn id_reused<F: Engines>(factory: &F) -> Found {
    let Pair {
        first, second, log, ..
    } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    accepted(
        asked(&first, id, PurseCommand::fill(1), "mine").await,
        "`fill`",
    )?;
    for engine in [&first, &second] {
        let other = asked(engine, id, PurseCommand::fill(2), "mine").await;
        must!(
            matches!(&other, Err(Error::Failed(failure)) if *failure.kind() == FailureKind::CommandIdReused),
            "an id that came with another command was answered with {other:?}, expected a failure of the kind CommandIdReused"
        );
    }
    must_equal!(
        recorded(&log, id).await?,
        3,
        "events after an id had come with another command"
    );
    Ok(())
}

pub(crate) async fn version_asked<F: Engines>(factory: &F) -> Found {
    let Pair { first, second, .. } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    done(&second, id, [PurseCommand::fill(1)]).await?;
    for expected in [0, 2, 4] {
        let answer = first
            .execute(id, PurseCommand::fill(1))
            .expect_version(expected)
            .await;
        let wanted = FailureKind::VersionMismatch {
            expected,
            actual: 3,
        };
        must!(
            matches!(&answer, Err(Error::Failed(failure)) if *failure.kind() == wanted),
            "version {expected} was asked for, of 3, and that was answered with {answer:?}, expected a failure of the kind {wanted:?}"
        );
    }
    let loaded = first.load(id).await?;
    must_equal!(
        loaded.version,
        3,
        "the version after versions that were refused"
    );
    let answer = first
        .execute(id, PurseCommand::fill(1))
        .expect_version(3)
        .await;
    must_equal!(
        accepted(answer, "a command at the version asked for")?.version,
        4,
        "the version after a command at the version asked for"
    );
    Ok(())
}
