//! Handles, identities, restarts.
use crate::Factory;
use crate::given::{
    ALL, Picture, batch, chosen, command, everything, fresh_id, grow, note, noted, one,
};
use crate::report::{Breach, Found, must, must_equal};
use lawful::log::{AppendError, EventLog, LogId, Position};
use lawful::{Failure, FailureKind};

pub(crate) async fn handles_agree<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let handles = [log.clone(), factory.another(&log).await, log];
    let stream = note();
    let mut version = 0;
    for _ in 0..2 {
        for writer in &handles {
            let id = fresh_id();
            let appended = writer
                .append(batch(stream, version, [chosen(id, [noted("said once")])]))
                .await?;
            version += 1;
            for reader in &handles {
                let (told, head) = reader.version(stream).await?;
                must_equal!(told, version, "the version through another handle");
                must_equal!(
                    [head, reader.head().await?],
                    [appended.positions[0]; 2],
                    "the head through another handle"
                );
                let page = reader.read_stream(stream, 0, ALL).await?;
                must_equal!(
                    page.entries.len() as u64,
                    version,
                    "the events of the stream through another handle"
                );
                must_equal!(
                    everything(reader).await?,
                    page.entries,
                    "the whole log through another handle"
                );
                must!(
                    reader.outcome(stream, id).await?.is_some(),
                    "an outcome is not found through another handle"
                );
                if version > 1 {
                    // Whether it is told as a conflict is asked by other rules.
                    reader.append(one(stream, version - 1)).await.ok();
                    let told = reader.read_stream(stream, 0, 0).await?.version;
                    must_equal!(
                        told,
                        version,
                        "the version after a stale batch through another handle"
                    );
                }
            }
        }
    }
    Ok(())
}

pub(crate) async fn identity_stable<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let identity = log.identity();
    let handles = [log.clone(), factory.another(&log).await];
    grow(&log, note(), 0, 1).await?;
    for handle in &handles {
        must_equal!(
            handle.identity(),
            identity,
            "the identity of another handle"
        );
    }
    let other = factory.fresh().await.identity();
    must!(
        other != identity,
        "two logs share the identity `{identity}`"
    );
    drop(handles);
    if let Some(again) = factory.restarted(log).await {
        must_equal!(again.identity(), identity, "the identity after a restart");
    }
    Ok(())
}

pub(crate) async fn foreign_position_refused<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    grow(&log, note(), 0, 3).await?;
    let other = LogId(!log.identity().0);
    for number in [0, 2] {
        let foreign = Position::new(other, number);
        let read = log.read_all(foreign, ALL).await.map(drop);
        refused(foreign, &read)?;
        let told = log.news(foreign).await.map(drop);
        refused(foreign, &told)?;
    }
    Ok(())
}

fn refused(foreign: Position, answer: &Result<(), Failure>) -> Found {
    let kind = answer.as_ref().map_err(Failure::kind);
    must!(
        kind == Err(&FailureKind::ForeignPosition),
        "position `{foreign}` of another log was answered with {answer:?}, expected a failure of the kind ForeignPosition"
    );
    Ok(())
}

pub(crate) async fn survives_restart<F: Factory>(factory: &F) -> Found {
    let mut log = factory.fresh().await;
    let stream = note();
    let (id, silent) = (fresh_id(), fresh_id());
    for round in 0..2 {
        let version = round * 4;
        let ids = [fresh_id(), fresh_id()];
        grow(&log, stream, version, version + 2).await?;
        let commands = [chosen(ids[0], [noted("chosen")]), chosen(ids[1], [])];
        log.append(batch(stream, version + 2, commands)).await?;
        if round == 0 {
            log.append(batch(stream, 3, [chosen(id, []), chosen(silent, [])]))
                .await?;
        }
        log.append(batch(stream, version + 3, [command([noted("last")])]))
            .await?;
        let before = Picture::of(&log, &[stream]).await?;
        let entries = everything(&log).await?;
        let mut outcomes = Vec::new();
        for id in [ids[0], ids[1], id, silent] {
            if let Some(outcome) = log.outcome(stream, id).await? {
                outcomes.push((id, outcome));
            }
        }
        let Some(again) = factory.restarted(log).await else {
            return Breach::not_applicable("the log ends with its process");
        };
        log = again;
        let after = Picture::of(&log, &[stream]).await?;
        must_equal!(after, before, "the log after a restart");
        for (id, outcome) in outcomes {
            must_equal!(
                log.outcome(stream, id).await?,
                Some(outcome),
                "an outcome after a restart"
            );
            let twice = log
                .append(batch(stream, version + 4, [chosen(id, [noted("twice")])]))
                .await;
            must!(
                matches!(twice, Err(AppendError::Duplicate { .. })),
                "an id that came again after a restart was answered with {twice:?}, expected a duplicate"
            );
        }
        log.append(one(stream, version + 3)).await.ok();
        let after = Picture::of(&log, &[stream]).await?;
        must_equal!(after, before, "the log after a restart and a stale batch");
        let other = note();
        let appended = log.append(one(other, 0)).await?;
        let Some(last) = entries.last() else {
            must!(false, "the log was empty before the restart");
            continue;
        };
        must!(
            appended.positions[0] > last.position,
            "an event after a restart is at `{}`, and one before it at `{}`",
            appended.positions[0],
            last.position
        );
    }
    Ok(())
}
