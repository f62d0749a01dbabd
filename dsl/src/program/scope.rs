//! Programs that hold programs: `both` and `attempt` drive what is inside them and pass its requests on.

use crate::program::exchange::{
    Both, Mailbox, Reply, Signal, Undo, check, collect_reply, post_signal, register, resume,
};
use crate::program::{Perform, Row};
use crate::{Domain, Failure, FailureKind};
use std::fmt::Display;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

/// Passes a signal to whoever polls this program, and waits for the reply.
async fn pass<R: Row>(signal: Signal<R::Domain>) -> Reply<R::Domain> {
    post_signal(signal);
    let mut asked = false;
    poll_fn(|_| {
        if !std::mem::replace(&mut asked, true) {
            return Poll::Pending;
        }
        collect_reply()
    })
    .await
}

/// Stops the program; the reply never comes.
async fn halt<R: Row, T>(failure: Failure) -> T {
    drop(pass::<R>(Signal::Halt(failure)).await);
    std::future::pending().await
}

pub(crate) async fn both<R: Row, A, B>(
    a: impl AsyncFnOnce(&mut Perform<R>) -> A,
    b: impl AsyncFnOnce(&mut Perform<R>) -> B,
) -> (A, B) {
    let (mut of_a, mut of_b) = (Perform::new(), Perform::new());
    let (a, b) = (pin!(a(&mut of_a)), pin!(b(&mut of_b)));
    let (mut a, mut b) = (Branch::new(a), Branch::new(b));
    let mut begins = true;
    loop {
        let branches = [a.advance::<R>().await, b.advance::<R>().await];
        if let [None, None] = branches
            && let (Some(a), Some(b)) = (a.output.take(), b.output.take())
        {
            return (a, b);
        }
        let both = Signal::Both(Box::new(Both { begins, branches }));
        begins = false;
        if let Reply::Both(replies) = pass::<R>(both).await {
            let [of_a, of_b] = *replies;
            a.answer(of_a);
            b.answer(of_b);
        }
    }
}

/// One of the two programs of a `both`.
struct Branch<'p, D: Domain, F: Future> {
    program: Pin<&'p mut F>,
    /// Away while the program is polled.
    mailbox: Option<Box<Mailbox<D>>>,
    output: Option<F::Output>,
}

impl<'p, D: Domain, F: Future> Branch<'p, D, F> {
    fn new(program: Pin<&'p mut F>) -> Self {
        Branch {
            program,
            mailbox: Some(Box::new(Mailbox::new())),
            output: None,
        }
    }

    /// Takes it to its next request; `None` when it is done.
    async fn advance<R: Row<Domain = D>>(&mut self) -> Option<Signal<D>> {
        let mailbox = self.mailbox.take().filter(|_| self.output.is_none())?;
        let (mut mailbox, polled) = resume(self.program.as_mut(), mailbox);
        if !mailbox.undo.is_empty() {
            register::<D>(mailbox.undo.drain(..));
        }
        if let Err(breach) = check(&polled, &mailbox) {
            return halt::<R, _>(breach.failure()).await;
        }
        match polled {
            Poll::Pending => {
                let signal = mailbox.asked();
                self.mailbox = Some(mailbox);
                signal
            }
            Poll::Ready(output) => {
                self.output = Some(output);
                None
            }
        }
    }

    fn answer(&mut self, reply: Option<Reply<D>>) {
        if let (Some(mailbox), Some(reply)) = (&mut self.mailbox, reply) {
            mailbox.reply(reply);
        }
    }
}

pub(crate) async fn attempt<R: Row, T, E>(
    program: impl AsyncFnOnce(&mut Perform<R>) -> Result<T, E>,
) -> Result<T, E> {
    let mut perform = Perform::new();
    let mut program = pin!(program(&mut perform));
    let mut mailbox = Box::new(Mailbox::<R::Domain>::new());
    let result = loop {
        let (back, polled) = resume(program.as_mut(), mailbox);
        mailbox = back;
        if let Err(breach) = check(&polled, &mailbox) {
            halt::<R, ()>(breach.failure()).await;
        }
        match polled {
            Poll::Ready(result) => break result,
            Poll::Pending => {
                if let Some(signal) = mailbox.asked() {
                    mailbox.reply(pass::<R>(signal).await);
                }
            }
        }
    };
    let undo = mailbox.undo;
    if !undo.is_empty() {
        if result.is_ok() {
            register::<R::Domain>(undo);
        } else if let Err(failure) = undo_all(undo).await {
            halt::<R, ()>(failure).await;
        }
    }
    result
}

/// Runs compensations, newest first.
pub(crate) async fn undo_all(undo: Vec<Undo>) -> Result<(), Failure> {
    let mut refused = Vec::new();
    for undo in undo.into_iter().rev() {
        if let Err(refusal) = undo.await {
            refused.push(refusal);
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    let message = format!(
        "a compensation was refused, so that what the program had done is not undone: {}",
        refused.join("; ")
    );
    Err(Failure::new(FailureKind::Uncompensated, message))
}

/// What a compensation may return: nothing, or a result, of which an error means that nothing was undone.
#[diagnostic::on_unimplemented(
    message = "a compensation cannot return `{Self}`",
    label = "neither nothing nor a `Result`",
    note = "return nothing, or a `Result` whose error says why nothing was undone"
)]
pub trait Undone {
    /// Why nothing was undone, if so.
    ///
    /// # Errors
    ///
    /// The refusal in words.
    fn refusal(self) -> Result<(), String>;
}

impl Undone for () {
    fn refusal(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T, E: Display> Undone for Result<T, E> {
    fn refusal(self) -> Result<(), String> {
        self.map(drop).map_err(|refusal| refusal.to_string())
    }
}
