use crate::program::exchange::{collect, post, retract};
use crate::program::{Answer, Perform, Request, Row, Tells, Told};
use crate::{Aggregate, Domain, Has, Id, Receipt, Rejection, Timestamp};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A request on its way. It borrows the capability until it is answered: two at once are a borrow error.
///
/// The request itself lies where the driver will find it; this only knows how far it came.
#[must_use = "a request does nothing until it is `.await`ed"]
pub struct Asking<'a, R: Row, K> {
    progress: Progress,
    capability: PhantomData<&'a mut Perform<R>>,
    answer: PhantomData<fn() -> K>,
}

#[derive(Clone, Copy, PartialEq)]
enum Progress {
    New,
    Asked,
    Answered,
}

impl<R: Row, K> Asking<'_, R, K> {
    #[inline(always)]
    pub(crate) fn new(request: impl FnOnce() -> Request<R::Domain>) -> Self {
        post(request);
        Asking {
            progress: Progress::New,
            capability: PhantomData,
            answer: PhantomData,
        }
    }
}

/// Nothing in it is pinned.
impl<R: Row, K> Unpin for Asking<'_, R, K> {}

impl<R: Row, K: Expects<R::Domain>> Future for Asking<'_, R, K> {
    type Output = K::Output;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<K::Output> {
        if self.progress == Progress::New {
            self.progress = Progress::Asked;
            return Poll::Pending;
        }
        match collect::<R::Domain, _>(K::take) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(output) => {
                self.progress = Progress::Answered;
                Poll::Ready(output.unwrap_or_else(|| unlike(std::any::type_name::<K>())))
            }
        }
    }
}

impl<R: Row, K> Drop for Asking<'_, R, K> {
    #[inline]
    fn drop(&mut self) {
        if self.progress == Progress::New {
            retract::<R::Domain>();
        }
    }
}

/// An interpreter that answers a command with the time is broken; the driver turns the panic into a failure.
#[cold]
#[inline(never)]
fn unlike(expected: &str) -> ! {
    panic!("the interpreter answered another kind of request: expected an answer for `{expected}`")
}

/// Which answer a request expects.
pub trait Expects<D: Domain> {
    /// What the program gets.
    type Output;

    /// Takes it out of an answer, of which nothing is left that must be dropped; `None` if the answer is for another kind of request.
    fn take(answer: &mut Answer<D>) -> Option<Self::Output>;
}

/// A command of `A`: a receipt or a rejection.
pub struct Receives<A>(PhantomData<fn() -> A>);

impl<D: Has<A>, A: Aggregate> Expects<D> for Receives<A> {
    type Output = Result<Receipt<A>, Rejection>;

    #[inline]
    fn take(answer: &mut Answer<D>) -> Option<Self::Output> {
        match std::mem::replace(answer, Answer::Slept) {
            Answer::Aggregate(told) => match D::of_one::<Tells>(told)? {
                Told::Receipt(receipt) => Some(receipt),
                Told::State { .. } => None,
            },
            _ => None,
        }
    }
}

/// The state of an `A`.
pub struct Sees<A>(PhantomData<fn() -> A>);

impl<D: Has<A>, A: Aggregate> Expects<D> for Sees<A> {
    type Output = Arc<A>;

    #[inline]
    fn take(answer: &mut Answer<D>) -> Option<Arc<A>> {
        match std::mem::replace(answer, Answer::Slept) {
            Answer::Aggregate(told) => match D::of_one::<Tells>(told)? {
                Told::State { state, .. } => Some(state),
                Told::Receipt(_) => None,
            },
            _ => None,
        }
    }
}

/// The time.
pub struct Clock;

impl<D: Domain> Expects<D> for Clock {
    type Output = Timestamp;

    #[inline]
    fn take(answer: &mut Answer<D>) -> Option<Timestamp> {
        match answer {
            Answer::Now(time) => Some(*time),
            _ => None,
        }
    }
}

/// A new id for a `T`.
pub struct NewId<T: ?Sized>(PhantomData<fn() -> Box<T>>);

impl<D: Domain, T: ?Sized> Expects<D> for NewId<T> {
    type Output = Id<T>;

    #[inline]
    fn take(answer: &mut Answer<D>) -> Option<Id<T>> {
        match answer {
            Answer::Fresh(uuid) => Some(Id::from_uuid(*uuid)),
            _ => None,
        }
    }
}

/// That a moment has come.
pub struct Sleep;

impl<D: Domain> Expects<D> for Sleep {
    type Output = ();

    fn take(answer: &mut Answer<D>) -> Option<()> {
        matches!(answer, Answer::Slept).then_some(())
    }
}

/// An event.
pub struct News;

impl<D: Domain> Expects<D> for News {
    type Output = Option<D::Occurrence>;

    fn take(answer: &mut Answer<D>) -> Option<Self::Output> {
        match answer {
            Answer::Waited(event) => Some(event.take().map(|event| *event)),
            _ => None,
        }
    }
}

/// A version of the program.
pub struct Marker;

impl<D: Domain> Expects<D> for Marker {
    type Output = u32;

    fn take(answer: &mut Answer<D>) -> Option<u32> {
        match answer {
            Answer::Version(version) => Some(*version),
            _ => None,
        }
    }
}
