use crate::Domain;
use crate::program::layer::Line;
use crate::program::{Answer, Answers, Asked, Program, Row, Stop, drive};
use crate::{Failure, FailureKind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// How one path through a program ended.
#[derive(Debug)]
pub enum End<T, E> {
    /// The program returned.
    Returned(Result<T, E>),
    /// The program was stopped: it panicked, awaited something foreign, or could not be undone.
    Stopped(Stop),
    /// The path was longer than allowed, or there was no answer to choose from.
    Cut,
}

/// What [`explore`] has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explored {
    /// How many paths there are.
    pub paths: usize,
    /// How many of them were cut; none, if everything was seen.
    pub cut: usize,
}

/// Performs a program once for every combination of answers, to at most `depth` requests in one path.
///
/// `program` makes the program anew for each path, `choices` lists the answers that a request could have, and `visit` sees each path
/// and its end.
pub fn explore<R, P>(
    mut program: impl FnMut() -> P,
    depth: usize,
    mut choices: impl FnMut(Asked<'_, R::Domain>) -> Vec<Answer<R::Domain>> + Send,
    mut visit: impl FnMut(&[Line<R::Domain>], End<P::Ok, P::Err>),
) -> Explored
where
    R: Row,
    P: Program<R>,
{
    let mut explored = Explored { paths: 0, cut: 0 };
    // For each request of the path: which answer is tried, and how many there are.
    let mut path: Vec<(usize, usize)> = Vec::new();
    loop {
        let (mut lines, mut cut) = (Vec::new(), false);
        let mut handler = Answers(|asked: Asked<'_, R::Domain>| {
            let Some(answer) = choose(&mut path, lines.len(), depth, || choices(asked)) else {
                cut = true;
                let message = "the path is longer than is explored";
                return Err(Stop::Failed(Failure::new(FailureKind::Other, message)));
            };
            lines.push(Line {
                step: asked.step.clone(),
                request: asked.request.clone(),
                answer: answer.clone(),
            });
            Ok(answer)
        });
        let ended = at_once(drive::<R, P, _>(program(), &mut handler));
        let end = match ended {
            _ if cut => End::Cut,
            Ok(result) => End::Returned(result),
            Err(stop) => End::Stopped(stop),
        };
        explored.paths += 1;
        explored.cut += usize::from(cut);
        path.truncate(lines.len());
        visit(&lines, end);
        while let Some((tried, of)) = path.pop() {
            if tried + 1 < of {
                path.push((tried + 1, of));
                break;
            }
        }
        if path.is_empty() {
            return explored;
        }
    }
}

/// The answer to try at this place of the path.
fn choose<D: Domain>(
    path: &mut Vec<(usize, usize)>,
    place: usize,
    depth: usize,
    choices: impl FnOnce() -> Vec<Answer<D>>,
) -> Option<Answer<D>> {
    if place >= depth {
        return None;
    }
    let mut choices = choices();
    if place == path.len() && !choices.is_empty() {
        path.push((0, choices.len()));
    }
    let (tried, _) = *path.get(place)?;
    (tried < choices.len()).then(|| choices.swap_remove(tried))
}

/// Runs a future that never waits, as those of handlers that have every answer at once.
pub(crate) fn at_once<T>(future: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => {
            let message = "the handler waits, where every answer is to be there at once";
            Err(Stop::Failed(Failure::new(FailureKind::Defect, message)))
        }
    }
}

/// Performs a program with a handler that has every answer at once, without an executor: in tests, and for rehearsals.
///
/// # Errors
///
/// Where the handler stops the program, or waits.
pub fn drive_at_once<R, P, H>(program: P, handler: &mut H) -> Result<Result<P::Ok, P::Err>, Stop>
where
    R: Row,
    P: Program<R>,
    H: crate::program::Handler<R::Domain>,
{
    at_once(drive::<R, P, H>(program, handler))
}
