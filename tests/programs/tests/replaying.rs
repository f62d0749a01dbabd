//! Journals: what was recorded is replayed, and what does not fit is named.

use lawful::prelude::*;
use lawful::program::layer::{Journaled, Line, Record, Replay};
use lawful::program::{Kept, Stop, drive};
use programs::{Bank, CallAccount as _, CallNotices as _, Nobody, Past, Pay, World, account};

type Lines = Vec<Line<Bank, Kept<Bank>>>;

async fn run<P: Program<Bank>>(
    program: P,
    world: &mut World,
    lines: &mut Lines,
) -> Result<Result<P::Ok, P::Err>, Stop> {
    let (replay, past) = (Replay::new(lines.clone()), Past(world.clone()));
    let mut handler = Journaled::new(world, replay, lines, past);
    let result = drive::<Bank, _, _>(program, &mut handler).await?;
    handler.finish()?;
    Ok(result)
}

async fn again<P: Program<Bank>>(
    program: P,
    world: &World,
    lines: &Lines,
) -> Result<Result<P::Ok, P::Err>, Stop> {
    let replay = Replay::new(lines.clone());
    let mut more = Lines::new();
    let mut handler = Journaled::new(Nobody, replay, &mut more, Past(world.clone()));
    let result = drive::<Bank, _, _>(program, &mut handler).await?;
    handler.finish()?;
    assert!(more.is_empty());
    Ok(result)
}

/// Everything that a program can ask.
async fn everything(bank: &mut Perform<Bank>) -> Result<(i64, i64, u32), Rejection> {
    let new = bank.fresh::<programs::Account>().await;
    bank.account(new).open("Eve").await?;
    let version = bank.version("fees").await;
    let (a, b) = bank
        .both(
            async |bank| bank.account(account(1)).withdraw(5).await,
            async |bank| {
                bank.now().await;
                bank.account(account(2)).state().await.balance
            },
        )
        .await;
    bank.notices().send(new, "hello").await.ok();
    bank.attempt(async |bank| {
        bank.compensate(async |bank| bank.account(account(1)).deposit(1).await);
        bank.account(account(1)).withdraw(1000).await
    })
    .await
    .ok();
    Ok((a?.state.balance, b, version))
}

#[tokio::test]
async fn what_was_recorded_is_replayed_without_asking_anybody() {
    let (mut world, mut lines) = (World::with(2), Lines::new());
    let told = run(everything, &mut world, &mut lines).await.unwrap();
    assert_eq!(told, Ok((95, 100, 1)));
    let json = serde_json::to_string(&lines).unwrap();
    let lines: Lines = serde_json::from_str(&json).unwrap();
    let told_again = again(everything, &world, &lines).await.unwrap();
    assert_eq!(told_again, told);
}

#[tokio::test]
async fn a_run_that_was_cut_anywhere_goes_on_as_if_it_had_not_been() {
    let (mut whole, mut all) = (World::with(2), Lines::new());
    let told = run(everything, &mut whole, &mut all).await.unwrap();
    assert_eq!(all.len(), 9);
    for cut in 0..=all.len() {
        // The first part of the run, in a world of its own.
        let (mut world, mut lines) = (World::with(2), Lines::new());
        let mut left = cut;
        let mut stopping = lawful::program::layer::Inject::new(&mut world, move |_| {
            if left == 0 {
                let failure = Failure::new(FailureKind::Unavailable, "the power went out");
                return Some(lawful::program::layer::Fault::Before(failure));
            }
            left -= 1;
            None
        });
        let past = Past(World::with(2));
        let mut handler = Journaled::new(&mut stopping, Replay::new([]), &mut lines, past);
        drop(drive::<Bank, _, _>(everything, &mut handler).await);
        assert_eq!(lines.len(), cut);
        let resumed = run(everything, &mut world, &mut lines).await.unwrap();
        assert_eq!(
            (resumed, world.balances()),
            (told.clone(), whole.balances()),
            "cut at {cut}"
        );
        assert_eq!(world.asked, whole.asked);
        assert_eq!(lines, all);
    }
}

#[track_caller]
fn diverges(stop: Stop, says: &str) {
    let Stop::Diverged(divergence) = stop else {
        panic!("{stop}");
    };
    let shown = divergence.to_string();
    assert!(shown.contains(says), "{shown}");
}

#[tokio::test]
async fn another_program_is_told_apart() {
    let (mut world, mut lines) = (World::with(2), Lines::new());
    let pay = Pay {
        from: account(1),
        to: account(2),
        amount: 5,
    };
    run(pay.clone(), &mut world, &mut lines)
        .await
        .unwrap()
        .unwrap();
    again(pay.clone(), &world, &lines).await.unwrap().unwrap();

    let other = Pay {
        amount: 6,
        ..pay.clone()
    };
    let (one, two) = (account(1), account(2));
    diverges(
        again(other, &world, &lines).await.unwrap_err(),
        &format!(
            "step `1`: the journal and the program do not match: recorded was `account({one}).withdraw(amount: 5)`, asked is `account({one}).withdraw(amount: 6)`"
        ),
    );
    let shorter = async |bank: &mut Perform<Bank>| {
        bank.account(account(1)).withdraw(5).await?;
        Ok::<_, Rejection>(())
    };
    diverges(
        again(shorter, &world, &lines).await.unwrap_err(),
        &format!(
            "step `2`: the journal and the program do not match: recorded was `account({two}).deposit(amount: 5)`, but the program has ended"
        ),
    );
    let wider = async |bank: &mut Perform<Bank>| {
        bank.both(async |bank| bank.now().await, async |bank| bank.now().await)
            .await;
        Ok::<_, Rejection>(())
    };
    diverges(
        again(wider, &world, &lines).await.unwrap_err(),
        "asked is `now()`",
    );
}

/// Asks for the marker in a loop, and does one thing more where the run is new.
async fn marked(bank: &mut Perform<Bank>) -> Result<Vec<u32>, Rejection> {
    let mut versions = Vec::new();
    for _ in 0..3 {
        let version = bank.version("twice").await;
        versions.push(version);
        bank.account(account(1)).withdraw(1).await?;
        if version >= 1 {
            bank.account(account(1)).withdraw(1).await?;
        }
    }
    Ok(versions)
}

#[tokio::test]
async fn a_marker_lets_old_journals_through() {
    let old = async |bank: &mut Perform<Bank>| {
        for _ in 0..2 {
            bank.account(account(1)).withdraw(1).await?;
        }
        Err::<(), _>(bank.account(account(9)).withdraw(1).await.unwrap_err())
    };
    let (mut world, mut lines) = (World::with(1), Lines::new());
    run(old, &mut world, &mut lines).await.unwrap().unwrap_err();
    lines.truncate(2);
    // The marker does not flip in the middle, when the journal ends.
    assert_eq!(
        run(marked, &mut world, &mut lines).await.unwrap(),
        Ok(vec![0, 0, 0])
    );
    assert_eq!(
        again(marked, &world, &lines).await.unwrap(),
        Ok(vec![0, 0, 0])
    );
    assert_eq!(lines.len(), 3);

    let (mut world, mut lines) = (World::with(1), Lines::new());
    assert_eq!(
        run(marked, &mut world, &mut lines).await.unwrap(),
        Ok(vec![1, 1, 1])
    );
    assert_eq!(
        again(marked, &world, &lines).await.unwrap(),
        Ok(vec![1, 1, 1])
    );
}

#[tokio::test]
async fn a_recording_reads_like_a_story() {
    let mut record = Record::new(World::with(2));
    let pay = Pay {
        from: account(1),
        to: account(2),
        amount: 5,
    };
    drive::<Bank, _, _>(pay, &mut record)
        .await
        .unwrap()
        .unwrap();
    let story: Vec<String> = record.lines.iter().map(ToString::to_string).collect();
    let (one, two) = (account(1), account(2));
    assert_eq!(
        story.join("\n"),
        format!(
            "1      account({one}).withdraw(amount: 5)\n       withdrawn(amount: 5)\n\
             2      account({two}).deposit(amount: 5)\n       deposited(amount: 5)\n\
             3      notices.send(to: {two}, text: \"5 arrived\")\n       Ok(())"
        )
    );
}
