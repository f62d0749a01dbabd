//! Receipts and the past.
use super::{accepted, done, filled};
use crate::engine::engines::Pair;
use crate::engine::{Engines, Purse, PurseCommand, PurseEvent};
use crate::given::ALL;
use crate::report::{Breach, Found, must_equal};
use lawful::log::{EventLog, StreamId};
use lawful::{Aggregate, AsOf, Id, Interpreter};

pub(crate) async fn receipt_true<F: Engines>(factory: &F) -> Found {
    let Pair {
        first, second, log, ..
    } = Pair::new(factory).await;
    let id = filled(&first, 10).await?;
    let mut amount = 10;
    for (engine, version) in [(&first, 3), (&second, 4), (&second, 5), (&first, 6)] {
        engine.load(id).await?;
        let answer = engine.execute(id, PurseCommand::fill(2)).await;
        let receipt = accepted(answer, "`fill`")?;
        amount += 2;
        let stream = StreamId {
            aggregate: <Purse as Aggregate>::NAME,
            id: id.uuid(),
        };
        let page = log.read_stream(stream, 0, ALL).await?;
        let last = page.entries.last().map(|entry| entry.position);
        must_equal!(
            (receipt.id, receipt.version, receipt.position),
            (id, page.version, last),
            "id, version and position on a receipt"
        );
        must_equal!(receipt.version, version, "the version on a receipt");
        must_equal!(
            receipt.events,
            [PurseEvent::filled(2)],
            "the events on a receipt"
        );
        must_equal!(
            (receipt.state.open, receipt.state.amount),
            (true, amount),
            "the state on a receipt"
        );
    }
    Ok(())
}

pub(crate) async fn past_true<F: Engines>(factory: &F) -> Found {
    let Pair { first, second, .. } = Pair::new(factory).await;
    let id: Id<Purse> = filled(&first, 1).await?;
    done(&second, id, [PurseCommand::fill(1), PurseCommand::fill(1)]).await?;
    done(&first, filled(&first, 1).await?, [PurseCommand::fill(1)]).await?;
    let mut history = first.history(id);
    let mut state = Purse::default();
    let mut version = 0;
    while let Some(entry) = history.next().await {
        let entry = entry?;
        state.evolve(&entry.event);
        version += 1;
        must_equal!(
            entry.version,
            version,
            "the version of an event of the history"
        );
        for moment in [AsOf::Version(version), AsOf::Position(entry.position)] {
            let loaded = second.load_as_of(id, moment).await?;
            must_equal!(
                (loaded.version, &*loaded.state),
                (version, &state),
                "version and state as of {moment:?}"
            );
        }
    }
    must_equal!(version, 4, "events of the history");
    let before = first.load_as_of(id, AsOf::Version(0)).await?;
    must_equal!(
        (before.version, &*before.state),
        (0, &Purse::default()),
        "version and state before anything happened"
    );
    match first.load_as_of(id, AsOf::Version(9)).await {
        Ok(loaded) => Err(Breach::Broken(format!(
            "a version that has not come yet was loaded as version {}",
            loaded.version
        ))),
        Err(_) => Ok(()),
    }
}
