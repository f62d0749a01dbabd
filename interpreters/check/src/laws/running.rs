//! What every interpreter owes to the declaration: the same answers, and a log that keeps to the algebra.

use super::report::{LawReport, LawResult};
use super::{Laws, forms::told};
use crate::explore::{Outcome, step};
use crate::{DomainError, Domains, Evidence};
use lawful::{Aggregate, AsOf, Error, FailureKind, Has, Id, Interpreter, Receipt};

/// How many aggregate roots are made.
const ROOTS: usize = 6;

/// How many commands each of them is given.
const COMMANDS: usize = 24;

/// What the choice of commands begins with.
const SEED: u64 = 20;

/// Looks at the laws that concern an interpreter: what it answers, versions, command ids, the past.
///
/// It makes aggregate roots of its own, under new ids, and does not touch others.
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// use counter::{Counter, Counting};
/// use lawful_memory::Memory;
///
/// lawful_check::laws_on::<Counting, Counter>(&Memory::<Counting>::default()).await;
/// # });
/// ```
///
/// # Panics
///
/// Where a law is broken, with all that is known about it; and where a parameter has a type of which no value can be made up.
pub async fn laws_on<D: Has<A>, A: Aggregate>(interpreter: &impl Interpreter<D>) {
    match Laws::<A>::new().run_on::<D>(interpreter).await {
        Ok(report) if report.holds() => {}
        Ok(report) => panic!("{report}"),
        Err(error) => panic!("{error}"),
    }
}

impl<A: Aggregate> Laws<A> {
    /// Looks at the laws that concern an interpreter, with commands chosen at random but always the same.
    ///
    /// # Errors
    ///
    /// Where a parameter has a type of which no value can be made up.
    pub async fn run_on<D: Has<A>>(
        &self,
        interpreter: &impl Interpreter<D>,
    ) -> Result<LawReport, DomainError> {
        let domains = Domains::<A>::derive(&self.scope)?;
        let mut results = Results::default();
        let mut choice = Choice(SEED);
        let mut executed = 0;
        'roots: for _ in 0..ROOTS {
            let mut root = Root::<A> {
                id: Id::new(),
                states: vec![A::default()],
                events: Vec::new(),
            };
            for number in 0..COMMANDS {
                let Some(command) = choice.command(&domains, root.state()) else {
                    continue;
                };
                executed += 1;
                root.execute(interpreter, &domains, (number, command), &mut results)
                    .await;
                // Whatever comes after a wrong answer is wrong as well.
                if results.is_broken() {
                    break 'roots;
                }
            }
            root.look_back(interpreter, &mut results).await;
        }
        let evidence = Evidence::Sampled {
            n: executed,
            seed: SEED,
        };
        Ok(LawReport::of::<A>(evidence, results.all()))
    }
}

/// Whole numbers that look like chance: splitmix64, as published by Steele, Lea and Flood (2014).
struct Choice(u64);

impl Choice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap_or(0)
    }

    /// A command to try; mostly one that records something, because little is learnt from the others.
    fn command<'d, A: Aggregate>(
        &mut self,
        domains: &'d Domains<A>,
        state: &A,
    ) -> Option<&'d A::Command> {
        let mut chosen = None;
        for _ in 0..6 {
            let command = domains
                .commands()
                .get(self.below(domains.commands().len()))?;
            match step(state, command) {
                Outcome::Accepted(..) => return Some(command),
                Outcome::Defect(_) => {}
                Outcome::Nothing | Outcome::Rejected(_) => chosen = Some(command),
            }
        }
        chosen
    }
}

struct Results {
    answers: LawResult,
    versions: LawResult,
    twice: LawResult,
    reused: LawResult,
    stale: LawResult,
    past: LawResult,
    history: LawResult,
}

impl Default for Results {
    fn default() -> Self {
        Results {
            answers: LawResult::new("it answers as the declaration says"),
            versions: LawResult::new("the version is the number of events"),
            twice: LawResult::new("the same command id twice is once"),
            reused: LawResult::new("a command id with another command is refused"),
            stale: LawResult::new("an expected version that is not the present one is refused"),
            past: LawResult::new("as of a version is the fold of the first events"),
            history: LawResult::new("the history is what was recorded"),
        }
    }
}

impl Results {
    fn is_broken(&self) -> bool {
        let Results {
            answers,
            versions,
            twice,
            reused,
            stale,
            past,
            history,
        } = self;
        [answers, versions, twice, reused, stale, past, history]
            .iter()
            .any(|law| law.is_broken())
    }

    fn all(self) -> Vec<LawResult> {
        vec![
            self.answers,
            self.versions,
            self.twice,
            self.reused,
            self.stale,
            self.past,
            self.history,
        ]
    }
}

fn says(law: &mut LawResult, kept: bool, how: impl FnOnce() -> String) {
    if kept {
        law.keep();
    } else {
        law.break_by(how());
    }
}

/// An aggregate root as it should be.
struct Root<A: Aggregate> {
    id: Id<A>,
    /// After no event, after the first, and so on.
    states: Vec<A>,
    events: Vec<A::Event>,
}

impl<A: Aggregate> Root<A> {
    fn state(&self) -> &A {
        self.states
            .last()
            .expect("there is the state before anything happened")
    }

    fn version(&self) -> u64 {
        self.events.len() as u64
    }

    fn story(&self, command: &A::Command) -> String {
        let events: Vec<_> = self.events.iter().map(ToString::to_string).collect();
        let given = if events.is_empty() {
            "nothing".to_owned()
        } else {
            events.join("\n       ")
        };
        format!("given  {given}\nwhen   {command}")
    }

    async fn execute<D: Has<A>>(
        &mut self,
        interpreter: &impl Interpreter<D>,
        domains: &Domains<A>,
        (number, command): (usize, &A::Command),
        results: &mut Results,
    ) {
        let story = self.story(command);
        let expected = step(self.state(), command);
        let before = self.version();
        let stale = interpreter
            .execute(self.id, command.clone())
            .expect_version(before + 1)
            .await;
        says(&mut results.stale, is_stale(&stale), || {
            format!(
                "{story}\nexpected version {}: {}",
                before + 1,
                heard(&stale)
            )
        });
        if results.stale.is_broken() {
            return;
        }
        let id = format!("law {number}");
        let answer = interpreter
            .execute(self.id, command.clone())
            .command_id(&*id)
            .await;
        let alike = match (&expected, &answer) {
            (Outcome::Accepted(events, after), Ok(receipt)) => {
                *receipt.events == **events && *receipt.state == *after
            }
            (Outcome::Nothing, Ok(receipt)) => receipt.events.is_empty(),
            (Outcome::Rejected(expected), Err(Error::Rejected(rejection))) => expected == rejection,
            _ => false,
        };
        says(&mut results.answers, alike, || {
            format!(
                "{story}\ndeclared: {}\nanswered: {}",
                told::<A>(&expected),
                heard(&answer)
            )
        });
        if results.answers.is_broken() {
            return;
        }
        if let Outcome::Accepted(events, _) = &expected {
            for event in events {
                let mut next = self.state().clone();
                next.evolve(event);
                self.states.push(next);
                self.events.push(event.clone());
            }
        }
        let Ok(receipt) = answer else {
            return;
        };
        says(
            &mut results.versions,
            receipt.version == self.version(),
            || {
                format!(
                    "{story}\nthe receipt is of version {}, after {} events",
                    receipt.version,
                    self.version()
                )
            },
        );
        let again = interpreter
            .execute(self.id, command.clone())
            .command_id(&*id)
            .await;
        let once = matches!(&again, Ok(again) if again.version == receipt.version
            && *again.events == *receipt.events
            && again.position == receipt.position);
        says(&mut results.twice, once, || {
            format!(
                "{story}\nfirst: {}\nagain: {}",
                told_of(&receipt),
                heard(&again)
            )
        });
        if let Some(other) = domains.commands().iter().find(|other| *other != command) {
            let other = interpreter
                .execute(self.id, other.clone())
                .command_id(&*id)
                .await;
            says(
                &mut results.reused,
                matches!(&other, Err(Error::Failed(failure)) if *failure.kind() == FailureKind::CommandIdReused),
                || format!("{story}\nanother command of the same id: {}", heard(&other)),
            );
        }
    }

    async fn look_back<D: Has<A>>(&self, interpreter: &impl Interpreter<D>, results: &mut Results) {
        match interpreter.load(self.id).await {
            Ok(loaded) => {
                says(
                    &mut results.versions,
                    loaded.version == self.version(),
                    || {
                        format!(
                            "loaded at version {}, after {} events",
                            loaded.version,
                            self.version()
                        )
                    },
                );
                says(&mut results.answers, *loaded.state == *self.state(), || {
                    format!(
                        "the fold of the events is {:?}\nloaded: {:?}",
                        self.state(),
                        loaded.state
                    )
                });
            }
            Err(failure) => results.answers.break_by(format!("load fails: {failure}")),
        }
        for (version, state) in self.states.iter().enumerate() {
            let then = AsOf::Version(version as u64);
            match interpreter.load_as_of(self.id, then).await {
                Ok(loaded) => says(
                    &mut results.past,
                    *loaded.state == *state && loaded.version == version as u64,
                    || {
                        format!(
                            "as of version {version} it was {state:?}\nloaded, at version {}: {:?}",
                            loaded.version, loaded.state
                        )
                    },
                ),
                Err(failure) => results
                    .past
                    .break_by(format!("as of version {version}: {failure}")),
            }
        }
        match interpreter.history(self.id).entries().await {
            Ok(entries) => {
                let recorded = entries.iter().map(|entry| &entry.event);
                let versions = entries.iter().map(|entry| entry.version);
                says(
                    &mut results.history,
                    recorded.eq(&self.events) && versions.eq(1..=self.version()),
                    || {
                        format!(
                            "{} events were recorded, and the history has {}",
                            self.events.len(),
                            entries.len()
                        )
                    },
                );
            }
            Err(failure) => results
                .history
                .break_by(format!("the history ends with: {failure}")),
        }
    }
}

fn is_stale<A: Aggregate>(answer: &Result<Receipt<A>, Error>) -> bool {
    matches!(answer, Err(Error::Failed(failure)) if matches!(failure.kind(), FailureKind::VersionMismatch { .. }))
}

fn heard<A: Aggregate>(answer: &Result<Receipt<A>, Error>) -> String {
    match answer {
        Ok(receipt) => told_of(receipt),
        Err(Error::Rejected(rejection)) => {
            let broken = rejection.broken().iter();
            let rules: Vec<_> = broken.map(lawful::Broken::rule).collect();
            format!("rejected by {}", rules.join(", "))
        }
        Err(Error::Failed(failure)) => format!("fails: {failure}"),
    }
}

fn told_of<A: Aggregate>(receipt: &Receipt<A>) -> String {
    let events: Vec<_> = receipt.events.iter().map(ToString::to_string).collect();
    format!(
        "version {}, recorded [{}], now {:?}",
        receipt.version,
        events.join(", "),
        receipt.state
    )
}
