use crate::program::exchange::{Both, Mailbox, Reply, Signal, Stage, Undo, check, resume};
use crate::program::step::Steps;
use crate::program::{Answer, Asked, Handler, Perform, Program, Request, Row, Step, Stop, scope};
use crate::{Domain, Failure, FailureKind};
use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

/// Performs a program with the answers of a handler; on an `Err` of the program, its compensations run first.
///
/// Only the handler is awaited, so this runs on any executor and may change threads between any two requests. A program that panics,
/// or that awaits anything but requests, is a failure of kind [`Defect`](FailureKind::Defect); a failure names step and request.
///
/// # Errors
///
/// Where the handler stops the program. What the program returns, `Err` included, is the inner result.
pub async fn drive<R, P, H>(program: P, handler: &mut H) -> Result<Result<P::Ok, P::Err>, Stop>
where
    R: Row,
    P: Program<R>,
    H: Handler<R::Domain>,
{
    let steps = AtomicU32::new(0);
    let running = async {
        let mut run = Run::new(handler, &steps);
        let result = run.program::<R, P>(program).await?;
        if result.is_err() && !run.undo.is_empty() {
            let undone = pin!(scope::undo_all(std::mem::take(&mut run.undo)));
            run.follow::<R::Domain, _>(undone).await??;
        }
        Ok(result)
    };
    caught(pin!(running), &steps).await
}

/// The same for handlers that undo by forgetting: on an `Err` of the program no compensation runs. Those of an `attempt` inside do.
///
/// # Errors
///
/// Where the handler stops the program.
pub async fn drive_whole<R, P, H>(
    program: P,
    handler: &mut H,
) -> Result<Result<P::Ok, P::Err>, Stop>
where
    R: Row,
    P: Program<R>,
    H: Handler<R::Domain>,
{
    let steps = AtomicU32::new(0);
    let running = async {
        let mut run = Run::new(handler, &steps);
        run.program::<R, P>(program).await
    };
    caught(pin!(running), &steps).await
}

/// A panic, of the program or of the handler, is a failure. The slots of this thread are left empty.
async fn caught<T>(
    mut run: Pin<&mut impl Future<Output = Result<T, Stop>>>,
    steps: &AtomicU32,
) -> Result<T, Stop> {
    poll_fn(|context| {
        let poll = AssertUnwindSafe(|| run.as_mut().poll(context));
        catch_unwind(poll).unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic.as_ref(), steps))))
    })
    .await
}

#[cold]
fn panicked(panic: &(dyn Any + Send), steps: &AtomicU32) -> Stop {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    let step = steps.load(Ordering::Relaxed);
    let message = format!("panic at or after step `{step}`: {message}");
    Stop::Failed(Failure::new(FailureKind::Defect, message))
}

/// One run of a program.
struct Run<'h, H> {
    handler: &'h mut H,
    steps: Steps,
    /// The number of the last step, for a panic's message.
    last: &'h AtomicU32,
    undo: Vec<Undo>,
}

impl<'h, H> Run<'h, H> {
    fn new(handler: &'h mut H, last: &'h AtomicU32) -> Self {
        Run {
            handler,
            steps: Steps::default(),
            last,
            undo: Vec::new(),
        }
    }

    async fn program<R, P>(&mut self, program: P) -> Result<Result<P::Ok, P::Err>, Stop>
    where
        R: Row,
        P: Program<R>,
        H: Handler<R::Domain>,
    {
        let mut perform = Perform::new();
        let program = pin!(program.perform(&mut perform));
        self.follow(program).await
    }

    /// Answers requests until the program returns.
    async fn follow<D: Domain, F: Future>(
        &mut self,
        mut program: Pin<&mut F>,
    ) -> Result<F::Output, Stop>
    where
        H: Handler<D>,
    {
        let mut mailbox = Box::new(Mailbox::new());
        loop {
            let (back, polled) = resume::<D, F>(program.as_mut(), mailbox);
            mailbox = back;
            if polled.is_ready() || mailbox.stage != Stage::Asked {
                if let Err(breach) = check(&polled, &mailbox) {
                    return Err(Stop::Failed(self.steps.after(breach.failure())));
                }
                if let Poll::Ready(output) = polled {
                    self.undo = mailbox.undo;
                    return Ok(output);
                }
                let reply = seldom(&mut mailbox, self.handler, &mut self.steps).await?;
                mailbox.reply(reply);
                continue;
            }
            let (marker, request) = (self.steps.marker_of(&mailbox.request), &mailbox.request);
            let step = if let Some(marker) = &marker {
                marker
            } else {
                let step = self.steps.next();
                self.last.store(step.number(), Ordering::Relaxed);
                step
            };
            let asked = Asked { step, request };
            // Each answer is moved once, from where the handler left it to where the program takes it; a small one as what it is, because
            // the whole would be read in larger parts than it was just written in, and the processor waits then.
            match self.handler.ready(asked) {
                Some(Ok(Answer::Now(time))) => mailbox.answer(Answer::Now(time)),
                Some(Ok(Answer::Fresh(id))) => mailbox.answer(Answer::Fresh(id)),
                Some(Ok(answer)) => mailbox.answer(answer),
                Some(Err(end)) => return Err(stopped(asked, end)),
                None => match self.handler.handle(asked).await {
                    Ok(answer) => mailbox.answer(answer),
                    Err(end) => return Err(stopped(asked, end)),
                },
            }
        }
    }
}

/// What is not a single request. Boxed, because its future would make every program's larger.
fn seldom<'f, D: Domain, H: Handler<D>>(
    mailbox: &'f mut Mailbox<D>,
    handler: &'f mut H,
    steps: &'f mut Steps,
) -> Pin<Box<dyn Future<Output = Result<Reply<D>, Stop>> + Send + 'f>> {
    Box::pin(async move {
        match mailbox.asked() {
            Some(Signal::Both(both)) => all(*both, handler, steps).await,
            Some(Signal::Halt(failure)) => Err(Stop::Failed(steps.after(failure))),
            _ => unreachable!("a program that is pending has asked something"),
        }
    })
}

/// Says where a failure came up.
#[cold]
fn stopped<D: Domain>(asked: Asked<'_, D>, stop: Stop) -> Stop {
    match stop {
        Stop::Failed(failure) => {
            Stop::Failed(failure.within(format_args!("step `{}`, `{}`", asked.step, asked.request)))
        }
        stop => stop,
    }
}

impl Steps {
    /// The name of a request if it is a marker, which takes no number.
    #[inline]
    fn marker_of<D: Domain>(&self, request: &Request<D>) -> Option<Step> {
        match request {
            Request::Version(marker) => Some(self.marker(marker)),
            _ => None,
        }
    }

    /// The name of any request.
    fn of<D: Domain>(&mut self, request: &Request<D>) -> Step {
        match self.marker_of(request) {
            Some(marker) => marker,
            None => self.next().clone(),
        }
    }

    #[cold]
    fn after(&self, failure: Failure) -> Failure {
        match self.last() {
            Some(step) => failure.within(format_args!("after step `{step}`")),
            None => failure.within("before the first step"),
        }
    }
}

/// Answers what the branches of a `both` ask at the same time.
async fn all<D: Domain, H: Handler<D>>(
    both: Both<D>,
    handler: &mut H,
    steps: &mut Steps,
) -> Result<Reply<D>, Stop> {
    let mut batch = Vec::new();
    let shape = gather(both, steps, &mut batch)?;
    let answers = match &batch[..] {
        [(step, request)] => {
            let asked = Asked { step, request };
            let answer = match handler.ready(asked) {
                Some(answer) => answer,
                None => handler.handle(asked).await,
            };
            vec![answer.map_err(|stop| stopped(asked, stop))?]
        }
        batch => {
            let answers = handler.handle_all(batch).await;
            answers.map_err(|stop| stopped_among(batch, stop))?
        }
    };
    if answers.len() != batch.len() {
        let message = format!(
            "the interpreter gave {} answers to {} requests",
            answers.len(),
            batch.len()
        );
        return Err(Stop::Failed(Failure::new(FailureKind::Defect, message)));
    }
    Ok(deal(&shape, &mut answers.into_iter()))
}

#[cold]
fn stopped_among<D: Domain>(batch: &[(Step, Request<D>)], stop: Stop) -> Stop {
    let Stop::Failed(failure) = stop else {
        return stop;
    };
    let requests: Vec<String> = batch
        .iter()
        .map(|(step, request)| format!("step `{step}`, `{request}`"))
        .collect();
    Stop::Failed(failure.within(format_args!("one of {}", requests.join(" and "))))
}

/// Where the answers of a batch belong.
enum Shape {
    Nothing,
    One,
    Both(Box<[Shape; 2]>),
}

fn gather<D: Domain>(
    both: Both<D>,
    steps: &mut Steps,
    batch: &mut Vec<(Step, Request<D>)>,
) -> Result<Shape, Stop> {
    let [of_a, of_b] = steps.both(both.begins);
    let [a, b] = both.branches;
    let mut one = |branch, steps: &mut Steps| match branch {
        None => Ok(Shape::Nothing),
        Some(Signal::Ask(request)) => {
            batch.push((steps.of(&request), request));
            Ok(Shape::One)
        }
        Some(Signal::Both(both)) => gather(*both, steps, batch),
        Some(Signal::Halt(failure)) => Err(Stop::Failed(steps.after(failure))),
    };
    Ok(Shape::Both(Box::new([one(a, of_a)?, one(b, of_b)?])))
}

fn deal<D: Domain>(shape: &Shape, answers: &mut impl Iterator<Item = Answer<D>>) -> Reply<D> {
    let mut one = |shape: &Shape| match shape {
        Shape::Nothing => None,
        Shape::One => answers.next().map(Reply::Answer),
        both @ Shape::Both(_) => Some(deal(both, &mut *answers)),
    };
    match shape {
        Shape::Both(both) => {
            let [a, b] = &**both;
            Reply::Both(Box::new([one(a), one(b)]))
        }
        _ => Reply::Both(Box::new([None, None])),
    }
}
