//! Where a program and what interprets it meet: a slot of the thread, which holds something only while a program is being polled.
//!
//! A program is an `async fn`; `.await` on a request writes the request into the mailbox that lies in the slot, and suspends. Whoever
//! polls the program owns the mailbox: it finds an answer, however long that takes, writes it into the mailbox, lays the mailbox into the
//! slot and polls again. Between two polls the slot is empty, so that a program may change threads, and interpreters may nest.
//!
//! One mailbox serves a whole run, so a request costs no allocation; and because only its pointer moves, a large request or answer is
//! written once and read once.

use crate::program::{Answer, Request};
use crate::{Domain, Failure};
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// What comes out of a program.
pub(crate) enum Signal<D: Domain> {
    Ask(Request<D>),
    /// What the two branches of a `both` ask at the same time.
    Both(Box<Both<D>>),
    /// The program cannot go on.
    Halt(Failure),
}

pub(crate) struct Both<D: Domain> {
    /// Whether it is the first time that this `both` asks.
    pub(crate) begins: bool,
    pub(crate) branches: [Option<Signal<D>>; 2],
}

/// What goes into a program.
pub(crate) enum Reply<D: Domain> {
    Answer(Answer<D>),
    Both(Box<[Option<Reply<D>>; 2]>),
}

/// What lies in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Empty,
    /// A request.
    Asked,
    /// Another signal.
    AskedMore,
    /// The answer to a request.
    Answered,
    /// The reply to another signal.
    AnsweredMore,
}

/// What a program and its driver pass to each other. Requests and answers have places of their own, and what lies in them only counts at
/// its stage: so each is written once, and nothing is moved or dropped in between.
pub(crate) struct Mailbox<D: Domain> {
    pub(crate) stage: Stage,
    /// What is asked, or something that need not be dropped.
    pub(crate) request: Request<D>,
    /// The last answer. Whoever takes it leaves something that need not be dropped.
    answer: Answer<D>,
    /// What is no single request.
    more: Option<Signal<D>>,
    /// What is no single answer.
    reply: Option<Reply<D>>,
    /// What was registered to be undone.
    pub(crate) undo: Vec<Undo>,
}

impl<D: Domain> Mailbox<D> {
    pub(crate) fn new() -> Self {
        Mailbox {
            stage: Stage::Empty,
            request: Request::Now,
            answer: Answer::Slept,
            more: None,
            reply: None,
            undo: Vec::new(),
        }
    }

    /// Takes what is asked.
    pub(crate) fn asked(&mut self) -> Option<Signal<D>> {
        match std::mem::replace(&mut self.stage, Stage::Empty) {
            Stage::Asked => Some(Signal::Ask(std::mem::replace(
                &mut self.request,
                Request::Now,
            ))),
            Stage::AskedMore => self.more.take(),
            _ => None,
        }
    }

    /// Lays the answer to a request in, and drops the request.
    #[inline(always)]
    pub(crate) fn answer(&mut self, answer: Answer<D>) {
        self.request = Request::Now;
        // Whoever took the last answer has left nothing that must be dropped.
        std::mem::forget(std::mem::replace(&mut self.answer, answer));
        self.stage = Stage::Answered;
    }

    /// Lays the reply to any signal in.
    pub(crate) fn reply(&mut self, reply: Reply<D>) {
        match reply {
            Reply::Answer(answer) => self.answer(answer),
            reply @ Reply::Both(_) => {
                self.reply = Some(reply);
                self.stage = Stage::AnsweredMore;
            }
        }
    }
}

/// The undoing of a step, not begun yet.
pub(crate) type Undo = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// One thread's slot for one domain.
///
/// `ManuallyDrop` leaves the thread-local without a destructor, so that it is reached by a plain load. Nothing leaks: the slot is empty
/// whenever nobody polls.
#[doc(hidden)]
pub struct Exchange<D: Domain>(Cell<Option<ManuallyDrop<Box<Mailbox<D>>>>>);

impl<D: Domain> Exchange<D> {
    #[doc(hidden)]
    #[must_use]
    #[allow(clippy::new_without_default, reason = "thread-locals need a const")]
    pub const fn new() -> Self {
        Exchange(Cell::new(None))
    }
}

/// Takes what lies in the slot. Only small closures are passed through the slot, because larger ones are not inlined.
#[inline(always)]
fn empty<D: Domain>() -> Option<Box<Mailbox<D>>> {
    D::exchange(|slot| slot.0.take()).map(ManuallyDrop::into_inner)
}

/// Takes the mailbox, to lay it back.
#[inline(always)]
#[allow(clippy::unnecessary_box_returns, reason = "only its pointer moves")]
fn take<D: Domain>() -> Box<Mailbox<D>> {
    match empty() {
        Some(mailbox) => mailbox,
        None => outside(),
    }
}

/// Lays it back into the slot, which is empty.
#[inline(always)]
fn lay_back<D: Domain>(mailbox: Box<Mailbox<D>>) {
    D::exchange(|slot| slot.0.set(Some(ManuallyDrop::new(mailbox))));
}

/// Writes a request into the mailbox. It is made in its place: nothing there must be dropped before, and nothing can panic while it is
/// somewhere else, so that it is not copied.
#[inline(always)]
pub(crate) fn post<D: Domain>(request: impl FnOnce() -> Request<D>) {
    let mut mailbox = take::<D>();
    if mailbox.stage != Stage::Empty {
        crossed(mailbox);
    }
    std::mem::forget(std::mem::replace(&mut mailbox.request, request()));
    mailbox.stage = Stage::Asked;
    lay_back(mailbox);
}

/// Writes any signal into the mailbox.
pub(crate) fn post_signal<D: Domain>(signal: Signal<D>) {
    let signal = match signal {
        Signal::Ask(request) => return post(|| request),
        signal => signal,
    };
    let mut mailbox = take::<D>();
    if mailbox.stage != Stage::Empty {
        crossed(mailbox);
    }
    mailbox.more = Some(signal);
    mailbox.stage = Stage::AskedMore;
    lay_back(mailbox);
}

/// Reads the answer to a request, if it has come; `None` if what has come is none. Nothing that must be dropped may be left of it.
#[inline(always)]
pub(crate) fn collect<D: Domain, T>(
    read: impl FnOnce(&mut Answer<D>) -> Option<T>,
) -> Poll<Option<T>> {
    let mut mailbox = take::<D>();
    let polled = match mailbox.stage {
        Stage::Answered => {
            mailbox.stage = Stage::Empty;
            Poll::Ready(read(&mut mailbox.answer))
        }
        Stage::AnsweredMore => Poll::Ready(None),
        _ => Poll::Pending,
    };
    lay_back(mailbox);
    polled
}

/// Takes the reply to any signal, if it has come.
pub(crate) fn collect_reply<D: Domain>() -> Poll<Reply<D>> {
    let mut mailbox = take::<D>();
    let reply = match mailbox.stage {
        Stage::Answered => {
            let answer = std::mem::replace(&mut mailbox.answer, Answer::Slept);
            Some(Reply::Answer(answer))
        }
        Stage::AnsweredMore => mailbox.reply.take(),
        _ => None,
    };
    if reply.is_some() {
        mailbox.stage = Stage::Empty;
    }
    lay_back(mailbox);
    reply.map_or(Poll::Pending, Poll::Ready)
}

/// Takes back a request that nobody awaited.
#[cold]
pub(crate) fn retract<D: Domain>() {
    if let Some(mut mailbox) = empty::<D>() {
        drop(mailbox.asked());
        lay_back(mailbox);
    }
}

// Both are misuse that no type can see; the driver turns the panic into a failure.

#[cold]
#[inline(never)]
fn outside() -> ! {
    panic!("a request was made outside the program that the capability belongs to")
}

#[cold]
#[inline(never)]
fn crossed<D: Domain>(mailbox: Box<Mailbox<D>>) -> ! {
    let answered = matches!(mailbox.stage, Stage::Answered | Stage::AnsweredMore);
    // Whoever polls gets it back.
    lay_back(mailbox);
    assert!(!answered, "{DROPPED}");
    panic!("two requests are in flight at once: use `both`")
}

const DROPPED: &str = "a request was dropped while it was in flight; await each request to its end, and use `both` in place of `select` or `join`";

/// Registers the undoing of a step with whoever polls.
pub(crate) fn register<D: Domain>(undo: impl IntoIterator<Item = Undo>) {
    let mut mailbox = take::<D>();
    mailbox.undo.extend(undo);
    lay_back(mailbox);
}

/// What a program did that no interpreter can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breach {
    ForeignAwait,
    Dropped,
}

impl Breach {
    #[cold]
    pub(crate) fn failure(self) -> Failure {
        let message = match self {
            Breach::ForeignAwait => {
                "the program awaits something that is no request; whatever takes time belongs into a service"
            }
            Breach::Dropped => DROPPED,
        };
        Failure::new(crate::FailureKind::Defect, message)
    }
}

/// Runs a program up to its next request, which is then in the mailbox; ready when it has ended. It is polled with a waker that does
/// nothing: a program waits for answers and for nothing else, because anything else could not be repeated.
#[inline(always)]
pub(crate) fn resume<D: Domain, F: Future>(
    program: Pin<&mut F>,
    mailbox: Box<Mailbox<D>>,
) -> (Box<Mailbox<D>>, Poll<F::Output>) {
    let guard = OnPanic::<D>(empty());
    lay_back(mailbox);
    let polled = program.poll(&mut Context::from_waker(Waker::noop()));
    let mailbox = take();
    guard.disarm();
    (mailbox, polled)
}

/// Whether what a program has done fits what lies in its mailbox.
#[inline(always)]
pub(crate) fn check<D: Domain, T>(polled: &Poll<T>, mailbox: &Mailbox<D>) -> Result<(), Breach> {
    match (polled, mailbox.stage) {
        (Poll::Pending, Stage::Asked | Stage::AskedMore) | (Poll::Ready(_), Stage::Empty) => Ok(()),
        (Poll::Pending, Stage::Empty) => Err(Breach::ForeignAwait),
        _ => Err(Breach::Dropped),
    }
}

/// Puts back what lay in the slot, also when the program panics: where a program is interpreted by a program.
struct OnPanic<D: Domain>(Option<Box<Mailbox<D>>>);

impl<D: Domain> OnPanic<D> {
    #[inline(always)]
    fn disarm(mut self) {
        if let Some(outer) = self.0.take() {
            lay_back(outer);
        }
        std::mem::forget(self);
    }
}

impl<D: Domain> Drop for OnPanic<D> {
    fn drop(&mut self) {
        drop(empty::<D>());
        if let Some(outer) = self.0.take() {
            lay_back(outer);
        }
    }
}
