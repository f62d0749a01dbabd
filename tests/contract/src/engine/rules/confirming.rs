//! A kept state may be behind other processes, so it alone never says no.
use super::{Answer, accepted, done, filled, recorded, rejected};
use crate::engine::engines::Pair;
use crate::engine::{Engines, Purse, PurseCommand, PurseRule};
use crate::report::{Breach, Found, must_equal};
use crate::stagger::{Task, spawned, staggered};
use lawful::{Error, FailureKind, Id, Interpreter};

pub(crate) async fn load_true<F: Engines>(factory: &F) -> Found {
    let Pair { first, second, .. } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    // In turns, so that both are hot and both are behind again and again.
    for round in 1..4 {
        done(&second, id, [PurseCommand::fill(1)]).await?;
        let loaded = first.load(id).await?;
        must_equal!(
            (loaded.version, loaded.state.amount),
            (2 * round + 1, 9 + 2 * i64::try_from(round).unwrap_or(0)),
            "version and amount that one process loads after another filled"
        );
        done(&first, id, [PurseCommand::fill(1)]).await?;
        let loaded = second.load(id).await?;
        must_equal!(
            loaded.version,
            2 * round + 2,
            "the version that one process loads after another filled"
        );
    }
    Ok(())
}

pub(crate) async fn rejection_true<F: Engines>(factory: &F) -> Found {
    let Pair { first, second, .. } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    for _ in 0..3 {
        done(&second, id, [PurseCommand::fill(5)]).await?;
        let answer = first.execute(id, PurseCommand::drain(15)).await;
        accepted(answer, "draining what another process had just filled in")?;
        done(&first, id, [PurseCommand::fill(10)]).await?;
    }
    done(
        &second,
        id,
        [PurseCommand::drain(10), PurseCommand::close()],
    )
    .await?;
    let answer = first.execute(id, PurseCommand::open()).await;
    accepted(answer, "opening what another process had just closed")?;
    let answer = second.execute(id, PurseCommand::drain(1)).await;
    rejected(answer, PurseRule::Holds, "draining an empty purse")
}

pub(crate) async fn silence_true<F: Engines>(factory: &F) -> Found {
    let Pair { first, second, .. } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    done(&first, id, [PurseCommand::close()]).await?;
    for _ in 0..3 {
        // What a load does to what is kept is asked by another rule; here it is to be fresh.
        second.load(id).await?;
        done(&second, id, [PurseCommand::open()]).await?;
        let answer = first.execute(id, PurseCommand::close()).await;
        let receipt = accepted(answer, "closing what another process had just opened")?;
        must_equal!(
            receipt.events.len(),
            1,
            "events of closing what another process had just opened"
        );
    }
    second.load(id).await?;
    let answer = second.execute(id, PurseCommand::close()).await;
    let receipt = accepted(answer, "closing what is closed")?;
    must_equal!(
        (receipt.events.len(), receipt.version),
        (0, 9),
        "events and version of closing what is closed"
    );
    Ok(())
}

pub(crate) async fn absence_true<F: Engines>(factory: &F) -> Found {
    let Pair { first, second, .. } = Pair::new(factory).await;
    for _ in 0..2 {
        let [loaded, refused, closed] = [Id::new(), Id::new(), Id::new()];
        for id in [loaded, refused, closed] {
            // The first process keeps that it does not exist.
            let nothing = first.load::<Purse>(id).await?;
            must_equal!(nothing.version, 0, "the version of what never was");
            let answer = first.execute(id, PurseCommand::fill(1)).await;
            rejected(answer, PurseRule::IsOpen, "filling what never was")?;
            done(&second, id, [PurseCommand::open()]).await?;
        }
        let there = first.load(loaded).await?;
        must_equal!(
            (there.version, there.state.open),
            (1, true),
            "version and state that one process loads after another created them"
        );
        let answer = first.execute(refused, PurseCommand::fill(1)).await;
        accepted(answer, "filling what another process had just created")?;
        let answer = first.execute(closed, PurseCommand::close()).await;
        let receipt = accepted(answer, "closing what another process had just created")?;
        must_equal!(
            receipt.events.len(),
            1,
            "events of closing what another process had just created"
        );
    }
    Ok(())
}

pub(crate) async fn acceptance_true<F: Engines>(factory: &F) -> Found {
    let Pair {
        first, second, log, ..
    } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    done(&second, id, [PurseCommand::drain(10)]).await?;
    let answer = first.execute(id, PurseCommand::drain(10)).await;
    rejected(
        answer,
        PurseRule::Holds,
        "draining what another process had drained",
    )?;
    let created = Id::new();
    first.load::<Purse>(created).await?;
    done(&second, created, [PurseCommand::open()]).await?;
    let answer = first.execute(created, PurseCommand::open()).await;
    rejected(
        answer,
        PurseRule::IsOpen,
        "opening what another process had opened",
    )?;
    for seed in 0..2 {
        let id = filled(&first, 10).await?;
        let tasks = (0..8)
            .map(|number| {
                let engine = if number % 2 == 0 { &first } else { &second };
                Box::pin(drained(engine.clone(), id)) as Task<_>
            })
            .collect();
        let answers: Vec<Answer> = if seed == 0 {
            staggered(tasks, seed).await
        } else {
            spawned(tasks).await
        };
        let mut taken = 0;
        for answer in answers {
            match answer {
                Ok(_) => taken += 3,
                Err(Error::Rejected(rejection)) if rejection.broke(PurseRule::Holds) => {}
                Err(other) => return Err(Breach::Broken(format!("draining failed: {other}"))),
            }
        }
        must_equal!(taken, 9, "taken out of a purse of 10 by 8 tasks, 3 by each");
        must_equal!(
            recorded(&log, id).await?,
            5,
            "the version after three drains"
        );
    }
    Ok(())
}

/// Asks again while others are always faster.
async fn drained<E: Interpreter<crate::engine::Desk>>(engine: E, id: Id<Purse>) -> Answer {
    loop {
        match engine.execute(id, PurseCommand::drain(3)).await {
            Err(Error::Failed(failure))
                if matches!(failure.kind(), FailureKind::Contention { .. }) => {}
            answer => return answer,
        }
    }
}
