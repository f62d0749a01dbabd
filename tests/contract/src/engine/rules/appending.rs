//! What is not durable is nothing that an answer could rest on.
use super::{Answer, accepted, done, filled, recorded};
use crate::engine::engines::Pair;
use crate::engine::{Desk, Engines, Purse, PurseCommand, Water};
use crate::report::{Breach, Found, must, must_equal};
use lawful::{Error, FailureKind, Id, Interpreter};
use tokio::task::{JoinHandle, yield_now};

/// How often others have their turn before it is looked at whether an answer came too early.
const TURNS: usize = 100;

fn started<E: Interpreter<Desk>>(
    engine: &E,
    id: Id<Purse>,
    command: PurseCommand,
) -> JoinHandle<Answer> {
    let engine = engine.clone();
    tokio::spawn(async move { engine.execute(id, command).await })
}

async fn answer(task: JoinHandle<Answer>) -> Result<Answer, Breach> {
    task.await
        .map_err(|error| Breach::Broken(format!("a command panicked: {error}")))
}

async fn turns() {
    for _ in 0..TURNS {
        yield_now().await;
    }
}

pub(crate) async fn answer_durable<F: Engines>(factory: &F) -> Found {
    let Pair { first, valve, .. } = Pair::new(factory).await;
    // Closing is on its way; filling would be rejected by it. Then the append fails.
    let id = filled(&first, 10).await?;
    valve.stop();
    let closing = started(&first, id, PurseCommand::close());
    valve.stopped(1).await;
    let filling = started(&first, id, PurseCommand::fill(1));
    turns().await;
    must!(
        !closing.is_finished(),
        "a command was acknowledged before it was recorded"
    );
    // It may be accepted meanwhile, and then `close` has to be decided again; it cannot be rejected.
    let filling = unless_rejected(filling, "that is still being recorded").await?;
    valve.let_go(Water::Fails);
    must!(
        matches!(answer(closing).await?, Err(Error::Failed(_))),
        "a command whose append failed is no failure"
    );
    if let Some(filling) = filling {
        not_rejected(&answer(filling).await?, "that was never recorded")?;
    }
    // The same where several are decided together: the last answer rests on one in the middle.
    let id = filled(&first, 10).await?;
    valve.stop();
    valve.stop();
    let leading = started(&first, id, PurseCommand::fill(1));
    valve.stopped(2).await;
    let closing = started(&first, id, PurseCommand::close());
    turns().await;
    let filling = started(&first, id, PurseCommand::fill(1));
    turns().await;
    valve.let_go(Water::Flows);
    accepted(answer(leading).await?, "`fill`")?;
    valve.stopped(3).await;
    turns().await;
    must!(
        !closing.is_finished(),
        "a command was acknowledged before it was recorded"
    );
    let filling = unless_rejected(filling, "in the same append").await?;
    valve.let_go(Water::Fails);
    answer(closing).await?.err();
    if let Some(filling) = filling {
        not_rejected(&answer(filling).await?, "in the same append, which failed")?;
    }
    Ok(())
}

/// The command if it is not answered yet; what it was answered if it is must be no rejection.
async fn unless_rejected(
    filling: JoinHandle<Answer>,
    which: &str,
) -> Result<Option<JoinHandle<Answer>>, Breach> {
    if !filling.is_finished() {
        return Ok(Some(filling));
    }
    not_rejected(&answer(filling).await?, which)?;
    Ok(None)
}

fn not_rejected(answer: &Answer, which: &str) -> Found {
    must!(
        !matches!(answer, Err(Error::Rejected(_))),
        "`fill` was rejected because of a `close` {which}"
    );
    Ok(())
}

pub(crate) async fn failure_forgotten<F: Engines>(factory: &F) -> Found {
    let Pair {
        first,
        second,
        valve,
        ..
    } = Pair::new(factory).await;
    for trouble in [Water::Fails, Water::AskingLost] {
        let id = filled(&first, 10).await?;
        valve.next(trouble);
        // With an unknown outcome it may be settled and tried again; what is recorded counts.
        let failed = first.execute(id, PurseCommand::fill(100)).await.is_err();
        let before = if failed { 10 } else { 110 };
        done(&second, id, [PurseCommand::fill(5)]).await?;
        let loaded = first.load(id).await?;
        must_equal!(
            loaded.state.amount,
            before + 5,
            "the amount that is loaded after an append had failed and another process had filled 5"
        );
    }
    Ok(())
}

pub(crate) async fn given_up_forgotten<F: Engines>(factory: &F) -> Found {
    for written in [false, true] {
        let Pair {
            first, valve, log, ..
        } = Pair::new(factory).await;
        let id = filled(&first, 10).await?;
        if written {
            valve.next(Water::AnswerStopped);
        } else {
            valve.stop();
        }
        let given_up = started(&first, id, PurseCommand::fill(100));
        valve.stopped(1).await;
        let beside = started(&first, id, PurseCommand::fill(5));
        turns().await;
        given_up.abort();
        // Whether it had come to an end all the same is not asked.
        given_up.await.ok();
        accepted(
            answer(beside).await?,
            "a command beside one that was given up",
        )?;
        done(&first, id, [PurseCommand::fill(1)]).await?;
        let loaded = first.load(id).await?;
        must_equal!(
            (recorded(&log, id).await?, loaded.state.amount),
            if written { (5, 116) } else { (4, 16) },
            "events and amount after a command for 100 was given up (written: {written}) beside one for 5 and before one for 1"
        );
    }
    Ok(())
}

pub(crate) async fn panic_harmless<F: Engines>(factory: &F) -> Found {
    let Pair { first, log, .. } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    let mut tasks = Vec::new();
    for number in 0..6 {
        let amount = if number % 3 == 1 { i64::MAX } else { 1 };
        tasks.push((amount, started(&first, id, PurseCommand::fill(amount))));
    }
    for (amount, task) in tasks {
        let answer = answer(task).await?;
        if amount == 1 {
            accepted(answer, "a command beside one that panics")?;
            continue;
        }
        must!(
            matches!(&answer, Err(Error::Failed(failure)) if *failure.kind() == FailureKind::Defect),
            "a command whose event overflows was answered with {answer:?}, expected a failure of the kind Defect"
        );
    }
    must_equal!(
        recorded(&log, id).await?,
        6,
        "events after four commands that were in order and two that panicked"
    );
    Ok(())
}

pub(crate) async fn unknown_settled<F: Engines>(factory: &F) -> Found {
    let Pair { first, valve, .. } = Pair::new(factory).await;
    for trouble in [Water::AnswerLost, Water::AskingLost] {
        for chosen in [true, false] {
            let id = filled(&first, 10).await?;
            let key = format!("{trouble:?}");
            valve.next(trouble);
            let execute = first.execute(id, PurseCommand::fill(7));
            let answer = if chosen {
                execute.command_id(key.clone()).await
            } else {
                execute.await
            };
            match &answer {
                Ok(_) => {}
                Err(Error::Failed(failure)) if *failure.kind() == FailureKind::OutcomeUnknown => {}
                other => must!(false, "an append without an answer was told as {other:?}"),
            }
            if chosen {
                let again = first.execute(id, PurseCommand::fill(7)).command_id(key);
                let receipt = accepted(again.await, "the same id again")?;
                must_equal!(
                    (receipt.version, receipt.events.len()),
                    (3, 1),
                    "version and events on the receipt of a command that was asked for again"
                );
            }
            let loaded = first.load(id).await?;
            let once = loaded.state.amount == 17;
            let never = loaded.state.amount == 10;
            must!(
                once || never && !chosen && answer.is_err(),
                "a purse of 10 that was to be filled by 7, with an append that was not answered ({trouble:?}), holds {}",
                loaded.state.amount
            );
        }
    }
    Ok(())
}
