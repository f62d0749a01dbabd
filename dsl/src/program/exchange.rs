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
pub(crate) enum Letter<D: Domain> {
    Nothing,
    Asked(Signal<D>),
    Answered(Reply<D>),
}

impl<D: Domain> Letter<D> {
    /// Takes what is asked.
    pub(crate) fn asked(&mut self) -> Option<Signal<D>> {
        match std::mem::replace(self, Letter::Nothing) {
            Letter::Asked(signal) => Some(signal),
            _ => None,
        }
    }
}

/// What a program and its driver pass to each other.
pub(crate) struct Mailbox<D: Domain> {
    pub(crate) letter: Letter<D>,
    /// What was registered to be undone.
    pub(crate) undo: Vec<Undo>,
}

impl<D: Domain> Mailbox<D> {
    pub(crate) fn new() -> Self {
        Mailbox {
            letter: Letter::Nothing,
            undo: Vec::new(),
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

#[inline(always)]
fn lay<D: Domain>(mailbox: Option<Box<Mailbox<D>>>) -> Option<Box<Mailbox<D>>> {
    D::exchange(|slot| slot.0.replace(mailbox.map(ManuallyDrop::new))).map(ManuallyDrop::into_inner)
}

/// Writes a request into the mailbox.
#[inline(always)]
pub(crate) fn post<D: Domain>(signal: Signal<D>) {
    let Some(mut mailbox) = lay::<D>(None) else {
        outside()
    };
    if !matches!(mailbox.letter, Letter::Nothing) {
        let answered = matches!(mailbox.letter, Letter::Answered(_));
        lay(Some(mailbox));
        crossed(answered);
    }
    mailbox.letter = Letter::Asked(signal);
    lay(Some(mailbox));
}

/// Reads the answer, if it has come.
#[inline(always)]
pub(crate) fn collect<D: Domain, T>(read: impl FnOnce(&mut Reply<D>) -> T) -> Poll<T> {
    let Some(mut mailbox) = lay::<D>(None) else {
        outside()
    };
    let polled = match &mut mailbox.letter {
        Letter::Answered(reply) => Poll::Ready(read(reply)),
        _ => Poll::Pending,
    };
    if polled.is_ready() {
        mailbox.letter = Letter::Nothing;
    }
    lay(Some(mailbox));
    polled
}

/// Takes back a request that nobody awaited.
#[cold]
pub(crate) fn retract<D: Domain>() {
    if let Some(mut mailbox) = lay::<D>(None) {
        if let Letter::Asked(_) = mailbox.letter {
            mailbox.letter = Letter::Nothing;
        }
        lay(Some(mailbox));
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
fn crossed(answered: bool) -> ! {
    assert!(!answered, "{DROPPED}");
    panic!("two requests are in flight at once: use `both`")
}

const DROPPED: &str = "a request was dropped while it was in flight; await each request to its end, and use `both` in place of `select` or `join`";

/// Registers the undoing of a step with whoever polls.
pub(crate) fn register<D: Domain>(undo: impl IntoIterator<Item = Undo>) {
    let Some(mut mailbox) = lay::<D>(None) else {
        outside()
    };
    mailbox.undo.extend(undo);
    lay(Some(mailbox));
}

/// How far a program came.
pub(crate) type End<T> = Result<Poll<T>, Breach>;

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
) -> (Box<Mailbox<D>>, End<F::Output>) {
    let guard = OnPanic(lay(Some(mailbox)));
    let polled = program.poll(&mut Context::from_waker(Waker::noop()));
    let Some(mailbox) = guard.disarm() else {
        unreachable!("whoever takes the mailbox lays it back");
    };
    let end = match (polled, &mailbox.letter) {
        (Poll::Pending, Letter::Asked(_)) => Ok(Poll::Pending),
        (Poll::Ready(value), Letter::Nothing) => Ok(Poll::Ready(value)),
        (Poll::Pending, Letter::Nothing) => Err(Breach::ForeignAwait),
        _ => Err(Breach::Dropped),
    };
    (mailbox, end)
}

/// Puts back what lay in the slot, also when the program panics.
struct OnPanic<D: Domain>(Option<Box<Mailbox<D>>>);

impl<D: Domain> OnPanic<D> {
    #[inline(always)]
    fn disarm(mut self) -> Option<Box<Mailbox<D>>> {
        let mailbox = lay(self.0.take());
        std::mem::forget(self);
        mailbox
    }
}

impl<D: Domain> Drop for OnPanic<D> {
    fn drop(&mut self) {
        drop(lay(self.0.take()));
    }
}
