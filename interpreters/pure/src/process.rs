use crate::Pure;
use crate::desk::Desk;
use crate::journal::at_once;
use crate::story::Holds;
use lawful::log::{AppendError, Batch, EventLog, Submission};
use lawful::program::{Journaled, Listed, Program, Request, Serves, Services, Step};
use lawful::{Aggregate, Domain, Few, Has, Id, Timestamp, Uuid};
use lawful_engine::{Process, Progress};
use std::fmt::{Debug, Display, Formatter, Write};

/// The process of every test.
pub(crate) const PROCESS: Uuid = Uuid::from_u128(1);

/// The ids of events that are told lie above those that are counted.
const TOLD: u128 = 1 << 100;

/// The width of `asks   `.
const MARGIN: &str = "       ";

/// A process that is driven by messages: events, the clock, and replies of services. See [`Pure::process`].
///
/// After each message it is resumed from its journal, as after a crash, and goes on until it waits for the next one. An assertion that
/// fails panics with the whole story; [`Display`] tells it.
pub struct Driven<D: Domain, P> {
    pub(crate) pure: Pure<D>,
    desk: Desk<D>,
    program: P,
    is_started: bool,
    /// How many lines of the journal were read.
    pub(crate) read: u64,
    /// The steps whose requests were told.
    pub(crate) steps: Vec<Step>,
    /// What was asked and not asserted yet.
    pub(crate) asked: Vec<Request<D>>,
    events: u128,
    story: String,
}

impl<D: Domain> Pure<D> {
    /// A process of this program, to be driven by messages, on an empty log and with a clock that stands at 2026-01-01T00:00:00Z.
    ///
    /// # Examples
    ///
    /// ```
    /// use lawful::prelude::*;
    /// use lawful::program::Request;
    /// use lawful_pure::Pure;
    /// use std::time::Duration;
    ///
    /// /// A kettle.
    /// #[state]
    /// pub struct Kettle {
    ///     is_hot: bool,
    /// }
    ///
    /// #[aggregate]
    /// impl Kettle {
    ///     /// The water boiled.
    ///     #[event]
    ///     fn boiled(&mut self) {
    ///         self.is_hot = true;
    ///     }
    ///
    ///     /// Somebody switched it off.
    ///     #[event]
    ///     fn stopped(&mut self) {
    ///         self.is_hot = false;
    ///     }
    ///
    ///     /// Switches it off.
    ///     #[command]
    ///     fn stop(&self) -> KettleEvent {
    ///         KettleEvent::stopped()
    ///     }
    /// }
    ///
    /// /// A kitchen.
    /// #[domain(aggregates(Kettle), programs(make_tea))]
    /// pub struct Kitchen;
    ///
    /// /// Waits for the water, and lets the tea draw for three minutes.
    /// #[program]
    /// pub async fn make_tea(
    ///     kitchen: &mut Perform<Kitchen>,
    ///     kettle: Id<Kettle>,
    ///     deadline: Timestamp,
    /// ) -> Result<bool, Rejection> {
    ///     if kitchen.wait([kettle.stream()], deadline).await.is_none() {
    ///         return Ok(false);
    ///     }
    ///     kitchen.of(kettle).stop().await?;
    ///     let ready = kitchen.now().await + Duration::from_mins(3);
    ///     kitchen.sleep_until(ready).await;
    ///     Ok(true)
    /// }
    ///
    /// let kettle = Id::<Kettle>::from_name("blue");
    /// let morning = Pure::<Kitchen>::default().clock().now();
    /// let minute = |minutes| morning + Duration::from_mins(minutes);
    /// let tea = || MakeTea { kettle, deadline: minute(10) };
    ///
    /// Pure::<Kitchen>::process(tea())
    ///     .asks([Request::wait([kettle.stream()], minute(10))])
    ///     .at(minute(4))
    ///     .asks([])
    ///     .on(kettle, KettleEvent::boiled())
    ///     .asks([
    ///         Request::command(kettle, KettleCommand::stop()),
    ///         Request::Now,
    ///         Request::SleepUntil(minute(7)),
    ///     ])
    ///     .at(minute(7))
    ///     .returns(Ok(true));
    ///
    /// Pure::<Kitchen>::process(tea()).at(minute(10)).returns(Ok(false));
    /// ```
    #[must_use = "a process does nothing until it is told or asked something"]
    pub fn process<P: Listed<D>>(program: P) -> Driven<D, P> {
        let desk = Desk::default();
        Driven {
            pure: Pure::assemble(Services::new(desk.clone())),
            desk,
            program,
            is_started: false,
            read: 0,
            steps: Vec::new(),
            asked: Vec::new(),
            events: TOLD,
            story: String::new(),
        }
    }
}

#[allow(
    clippy::return_self_not_must_use,
    reason = "an assertion may end a story"
)]
impl<D, P> Driven<D, P>
where
    D: Domain,
    P: Listed<D>,
    <P as Program<D>>::Ok: Journaled,
    <P as Program<D>>::Err: Journaled,
{
    /// What happened to an aggregate root before the process was started.
    ///
    /// # Panics
    ///
    /// Where the process was started already: then it is told by [`Driven::on`].
    #[track_caller]
    #[must_use = "a message proves nothing without an assertion or a snapshot"]
    pub fn given<A: Aggregate>(
        mut self,
        id: Id<A>,
        events: impl IntoIterator<Item = A::Event>,
    ) -> Self
    where
        D: Has<A>,
    {
        if self.is_started {
            self.fail(
                "`.given(..)` before everything else: afterwards, events are told by `.on(..)`",
            );
        }
        for event in events {
            self.tell("given", format_args!("{}: {event}", id.stream()));
            self.record(id, event);
        }
        self
    }

    /// Services answer by themselves, where no [`Driven::replies`] does.
    #[must_use = "a message proves nothing without an assertion or a snapshot"]
    pub fn served_by(self, services: impl Serves<D>) -> Self {
        self.desk.serve_by(Services::new(services));
        self
    }

    /// An event happens, as if somebody else had recorded it; nobody decides whether it may.
    #[track_caller]
    #[must_use = "a message proves nothing without an assertion or a snapshot"]
    pub fn on<A: Aggregate>(mut self, id: Id<A>, event: A::Event) -> Self
    where
        D: Has<A>,
    {
        self.start();
        self.tell("on", format_args!("{}: {event}", id.stream()));
        self.record(id, event);
        self.go_on();
        self
    }

    /// The clock shows this time.
    ///
    /// # Panics
    ///
    /// Where it shows a later one already.
    #[track_caller]
    #[must_use = "a message proves nothing without an assertion or a snapshot"]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.start();
        let now = self.pure.clock().now();
        if time < now {
            self.fail(&format!(
                "a time to come: it is {now} already, and not {time}"
            ));
        }
        self.tell("at", time);
        self.pure.clock().set(time);
        self.go_on();
        self
    }

    /// The service that was asked last replies.
    ///
    /// # Panics
    ///
    /// Where no service was asked and has not replied yet.
    #[track_caller]
    #[must_use = "a message proves nothing without an assertion or a snapshot"]
    pub fn replies(mut self, reply: D::Reply) -> Self {
        self.start();
        if !self.desk.is_asked() {
            self.fail(&format!(
                "that a service is asked, which could reply `{reply}`"
            ));
        }
        self.tell("reply", &reply);
        self.desk.reply(reply);
        self.go_on();
        self
    }

    /// Since the last time that this was said, the process has asked exactly this, in this order.
    ///
    /// # Panics
    ///
    /// Where it has not, with the whole story.
    #[track_caller]
    pub fn asks(mut self, requests: impl IntoIterator<Item = Request<D>>) -> Self {
        self.start();
        let expected: Vec<Request<D>> = requests.into_iter().collect();
        let asked = std::mem::take(&mut self.asked);
        if asked != expected {
            let lines = |requests: &[Request<D>]| match requests {
                [] => format!("\n{MARGIN}nothing"),
                some => some.iter().fold(String::new(), |told, one| {
                    told + &format!("\n{MARGIN}") + &one.to_string()
                }),
            };
            let (asked, expected) = (lines(&asked), lines(&expected));
            self.fail(&format!("that it asks{expected}\nand it asked{asked}"));
        }
        self
    }

    /// The program has ended with this, its compensations included.
    ///
    /// # Panics
    ///
    /// Where it has not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "what is expected is named, not lent"
    )]
    pub fn returns(mut self, expected: Result<P::Ok, P::Err>) -> Self {
        self.start();
        match self.ended() {
            Some(Process::Finished(output)) if output == expected => self,
            _ => self.fail(&format!("that it returns {expected:?}")),
        }
    }

    /// A compensation was refused, with these words among others.
    ///
    /// # Panics
    ///
    /// Where none was, with the whole story.
    #[track_caller]
    pub fn stays_uncompensated(mut self, words: &str) -> Self {
        self.start();
        match self.ended() {
            Some(Process::Uncompensated(why)) if why.contains(words) => self,
            _ => self.fail(&format!("that a compensation is refused: {words}")),
        }
    }

    /// The state of an aggregate root is as `check` says: it returns a `bool`, or asserts for itself and returns nothing.
    ///
    /// # Panics
    ///
    /// Where it is not, with the whole story.
    #[track_caller]
    pub fn then_state<A: Aggregate, R: Holds>(
        mut self,
        id: Id<A>,
        check: impl FnOnce(&A) -> R,
    ) -> Self
    where
        D: Has<A>,
    {
        self.start();
        match at_once(self.pure.load(id)) {
            Ok(loaded) if check(&loaded.state).holds() => self,
            Ok(loaded) => {
                let state = format!("{:?}", loaded.state);
                self.fail(&format!("another state of `{}` than {state}", id.stream()))
            }
            Err(failure) => self.fail(&format!("a state of `{}`: {failure}", id.stream())),
        }
    }

    /// The interpreter, for everything else.
    #[must_use]
    pub fn pure(&self) -> &Pure<D> {
        &self.pure
    }

    fn ended(&self) -> Option<Process<P::Ok, P::Err>> {
        at_once(self.pure.memory.process::<P>(PROCESS)).ok()?
    }

    #[track_caller]
    fn start(&mut self) {
        if std::mem::replace(&mut self.is_started, true) {
            return;
        }
        let program = self.program.clone();
        self.tell("start", format_args!("{program:?}"));
        if let Err(failure) = at_once(self.pure.memory.start(PROCESS, program)) {
            self.fail(&format!("that it starts: {failure}"));
        }
        self.go_on();
    }

    /// Resumes the process, and tells what it has done.
    #[track_caller]
    fn go_on(&mut self) {
        if matches!(self.ended(), Some(Process::UnderWay)) {
            let resumed = at_once(self.pure.memory.resume::<P>(PROCESS));
            if let Err(failure) = self.follow() {
                self.fail(&format!("a journal that can be read: {failure}"));
            }
            match (resumed.progress, self.ended()) {
                (_, Some(Process::Finished(output))) => {
                    self.tell("ends", format_args!("{output:?}"));
                }
                (Progress::Failed(_), _) if self.desk.is_asked() => {}
                (Progress::Parked(_), _) => {}
                (other, _) => self.tell("stops", other),
            }
        }
    }

    fn record<A: Aggregate>(&mut self, id: Id<A>, event: A::Event)
    where
        D: Has<A>,
    {
        self.events += 1;
        let command = Uuid::from_u128(self.events);
        let log = self.pure.log();
        let recorded = at_once(async {
            let batch = Batch {
                stream: id.stream(),
                expected: log.version(id.stream()).await?.0,
                commands: Few::One(Submission {
                    id: command.into(),
                    chosen: None,
                    events: Few::One(<D as Has<A>>::inject(event)),
                    correlation: command,
                    causation: None,
                    metadata: None,
                }),
            };
            log.append(batch).await
        });
        if let Err(AppendError::Failed(failure)) = recorded {
            self.fail(&format!("that the event is recorded: {failure}"));
        }
    }

    #[track_caller]
    fn fail(&self, expected: &str) -> ! {
        let Driven { story, .. } = self;
        panic!("the process goes another way\n\n{story}\nbut expected {expected}\n")
    }
}

impl<D: Domain, P> Driven<D, P> {
    pub(crate) fn tell(&mut self, word: &str, what: impl Display) {
        let what = what.to_string().replace('\n', &format!("\n{MARGIN}"));
        let _a_string_takes_everything = writeln!(self.story, "{word:<7}{what}");
    }
}

impl<D: Domain, P> Display for Driven<D, P> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.story.trim_end())
    }
}

impl<D: Domain, P> Debug for Driven<D, P> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(self, f)
    }
}
