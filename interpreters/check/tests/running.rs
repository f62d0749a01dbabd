//! Interpreters answer as the declaration says, and those that do not are caught by the law that they break.

use counter::{Counter, Counting};
use futures_core::Stream;
use lawful::prelude::*;
use lawful::program::{Handler, Launch, Performed, Program, Run, Serves, Story};
use lawful::{Execute, Has, History, Interpreter, Loaded, Options, Recorded, Start};
use lawful_check::{LawResult, Laws, laws_on};
use lawful_memory::Memory;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

const ANSWERS: &str = "it answers as the declaration says";
const VERSIONS: &str = "the version is the number of events";
const TWICE: &str = "the same command id twice is once";
const REUSED: &str = "a command id with another command is refused";
const STALE: &str = "an expected version that is not the present one is refused";
const PAST: &str = "as of a version is the fold of the first events";
const HISTORY: &str = "the history is what was recorded";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Defect {
    /// A guard that fails is an acceptance without events.
    RefusesSilently,
    /// Versions begin at 0 again.
    CountsWrongly,
    /// A command id means nothing.
    ForgetsIds,
    /// The first answer of a command id is the answer, whatever is asked.
    TakesAnyPayload,
    /// Two stale appends are both accepted.
    IgnoresExpectations,
    /// A state of the past is the one after it.
    LooksTooLate,
    /// An error in the middle of a replay is its end.
    EndsEarly,
    /// The events after a snapshot are applied twice.
    AppliesTwice,
}

/// The interpreter in memory with a defect.
#[derive(Debug, Clone)]
struct Wrong {
    memory: Memory<Counting>,
    defect: Defect,
}

impl Interpreter<Counting> for Wrong {
    fn execute<A: Aggregate>(
        &self,
        id: Id<A>,
        command: A::Command,
    ) -> Execute<impl Start<Out = Result<Receipt<A>, Error>> + use<A>>
    where
        Counting: Has<A>,
    {
        let Wrong { memory, defect } = self.clone();
        Execute::new(async move |options: Options| {
            let wishes = options.said().unwrap_or_default();
            let mut execute = memory.execute(id, command.clone());
            if let Some(version) = wishes.expected_version
                && defect != Defect::IgnoresExpectations
            {
                execute = execute.expect_version(version);
            }
            if let Some(chosen) = wishes.command_id
                && defect != Defect::ForgetsIds
            {
                execute = execute.command_id(chosen);
            }
            let answer = execute.await;
            match (answer, defect) {
                (Ok(mut receipt), Defect::CountsWrongly) => {
                    receipt.version -= 1;
                    Ok(receipt)
                }
                (Err(Error::Rejected(_)), Defect::RefusesSilently) => {
                    let loaded = memory.load(id).await?;
                    Ok(Receipt {
                        id,
                        version: loaded.version,
                        position: None,
                        events: Events::None,
                        state: loaded.state,
                    })
                }
                (Err(Error::Failed(failure)), Defect::TakesAnyPayload)
                    if *failure.kind() == FailureKind::CommandIdReused =>
                {
                    memory.execute(id, command).await
                }
                (answer, _) => answer,
            }
        })
    }

    async fn load<A: Aggregate>(&self, id: Id<A>) -> Result<Loaded<A>, Failure>
    where
        Counting: Has<A>,
    {
        let mut loaded = self.memory.load(id).await?;
        if self.defect == Defect::AppliesTwice
            && let Some(last) = self.memory.history(id).entries().await?.last()
        {
            let mut state = A::clone(&loaded.state);
            state.evolve(&last.event);
            loaded.state = Arc::new(state);
        }
        Ok(loaded)
    }

    async fn load_as_of<A: Aggregate>(&self, id: Id<A>, moment: AsOf) -> Result<Loaded<A>, Failure>
    where
        Counting: Has<A>,
    {
        let moment = match moment {
            AsOf::Version(version) if self.defect == Defect::LooksTooLate && version > 0 => {
                AsOf::Version(version - 1)
            }
            moment => moment,
        };
        self.memory.load_as_of(id, moment).await
    }

    fn history<A: Aggregate>(&self, id: Id<A>) -> History<A>
    where
        Counting: Has<A>,
    {
        let history = self.memory.history(id);
        if self.defect == Defect::EndsEarly {
            History::new(First(Some(history)))
        } else {
            history
        }
    }

    type Live = <Memory<Counting> as Interpreter<Counting>>::Live;

    fn run<P: Program<Counting>>(
        &self,
        program: P,
    ) -> Run<impl Launch<Out = Performed<P, Counting>> + use<P>> {
        self.memory.run(program)
    }

    fn run_with<P, F, H>(
        &self,
        program: P,
        layers: F,
    ) -> Run<impl Launch<Out = Performed<P, Counting>> + use<P, F, H>>
    where
        P: Program<Counting>,
        F: FnOnce(Self::Live) -> H + Send,
        H: Handler<Counting>,
    {
        self.memory.run_with(program, layers)
    }

    fn dry_run<P: Program<Counting>>(
        &self,
        program: P,
    ) -> impl Future<Output = Result<Story<Counting, P::Ok, P::Err>, Failure>> + Send + use<P> {
        self.memory.dry_run(program)
    }

    fn dry_run_with<P, S>(
        &self,
        program: P,
        stand_ins: S,
    ) -> impl Future<Output = Result<Story<Counting, P::Ok, P::Err>, Failure>> + Send + use<P, S>
    where
        P: Program<Counting>,
        S: Serves<Counting>,
    {
        self.memory.dry_run_with(program, stand_ins)
    }
}

/// The first entry of a history, and then its end.
struct First<A: Aggregate>(Option<History<A>>);

impl<A: Aggregate> Stream for First<A> {
    type Item = Result<Recorded<A>, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(history) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let first = Pin::new(history).poll_next(cx);
        if first.is_ready() {
            self.0 = None;
        }
        first
    }
}

#[track_caller]
fn breaks(defect: Defect, laws: &[&str]) {
    let wrong = Wrong {
        memory: Memory::default(),
        defect,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let report = runtime
        .block_on(Laws::<Counter>::new().run_on::<Counting>(&wrong))
        .expect("values");
    let broken = report.results().iter().filter(|law| law.broken().is_some());
    let broken: Vec<_> = broken.map(LawResult::law).collect();
    assert_eq!(broken, laws, "{report}");
}

#[tokio::test]
async fn memory_keeps_the_laws() {
    laws_on::<Counting, Counter>(&Memory::<Counting>::default()).await;
    laws_on::<todo::Todo, todo::List>(&Memory::<todo::Todo>::default()).await;
    laws_on::<bank::Bank, bank::Account>(&Memory::<bank::Bank>::default()).await;
}

#[tokio::test]
async fn pure_keeps_the_laws() {
    laws_on::<Counting, Counter>(&lawful_pure::Pure::<Counting>::default()).await;
}

#[tokio::test]
async fn how_far_they_go_is_said() {
    let memory = Memory::<Counting>::default();
    let report = Laws::<Counter>::new()
        .run_on::<Counting>(&memory)
        .await
        .expect("values");
    insta::assert_snapshot!(report);
}

#[test]
fn a_guard_that_fails_and_is_answered_with_ok_is_found() {
    breaks(Defect::RefusesSilently, &[ANSWERS]);
}

#[test]
fn versions_that_do_not_count_events_are_found() {
    breaks(Defect::CountsWrongly, &[VERSIONS]);
}

#[test]
fn a_command_id_that_means_nothing_is_found() {
    breaks(Defect::ForgetsIds, &[TWICE, REUSED]);
}

#[test]
fn a_command_id_that_takes_any_payload_is_found() {
    breaks(Defect::TakesAnyPayload, &[REUSED]);
}

#[test]
fn stale_appends_that_are_accepted_are_found() {
    breaks(Defect::IgnoresExpectations, &[STALE]);
}

#[test]
fn a_past_that_is_off_by_one_is_found() {
    breaks(Defect::LooksTooLate, &[PAST]);
}

#[test]
fn a_replay_that_ends_early_is_found() {
    breaks(Defect::EndsEarly, &[HISTORY]);
}

#[test]
fn events_that_are_applied_twice_after_a_snapshot_are_found() {
    breaks(Defect::AppliesTwice, &[ANSWERS]);
}
