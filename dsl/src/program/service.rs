use crate::model::ServiceModel;
use crate::program::{
    Answer, Asking, Expects, Journaled, Never, Perform, Request, Row, Step, Unhurried,
};
use crate::{Domain, Failure};
use std::fmt::{Debug, Display, Formatter};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// A service as a program sees it: `#[service]` on `trait Notices` writes this for `dyn Notices`.
pub trait Service {
    /// Its calls: `NoticesCall`.
    type Call: Journaled + Display;
    /// Its answers: `NoticesReply`.
    type Reply: Journaled + Display;

    /// In snake case: `notices`.
    const NAME: &'static str;

    /// The declaration as data.
    fn model() -> &'static ServiceModel;
}

/// How to carry out a service's calls with the implementation `T`.
pub trait ServedBy<T>: Service {
    /// Carries out one call.
    fn serve(
        service: &T,
        call: &Self::Call,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Result<Self::Reply, Failure>> + Send;
}

/// The service `S` belongs to the domain.
#[diagnostic::on_unimplemented(
    message = "the service `{S}` does not belong to the domain `{Self}`",
    label = "`{Self}` has no service `{S}`",
    note = "add it to the declaration: `#[domain(aggregates(..), services(..))] struct {Self};`"
)]
pub trait HasService<S: Service + ?Sized>: Domain {
    /// The domain's call for a call of the service.
    fn call(call: S::Call) -> Self::Call;

    /// The service's reply, if it is one of that service's.
    fn reply(reply: Self::Reply) -> Option<S::Reply>;
}

/// What an implementation of a service may use to recognise a call that is repeated: it is the same whenever the same step of the same
/// run asks again, because the first answer was lost.
///
/// A method of a service that declares a parameter of this type is given it; programs do not pass it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// The process, or the run.
    pub run: Uuid,
    /// The step.
    pub step: Step,
}

impl IdempotencyKey {
    /// The key as one UUID.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.step.id(self.run)
    }
}

impl Display for IdempotencyKey {
    /// `67e5..-c8/3`
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.run, self.step)
    }
}

/// Everything that a domain's programs ask of the outside world: the generated `BankServices { notices: .. }`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not provide the services of `{D}`",
    label = "these services are not all there",
    note = "the struct that `#[domain]` makes has a field for each service: write `{D}Services {{ .. }}` with an implementation in each"
)]
pub trait Serves<D: Domain>: Send + Sync + 'static {
    /// Carries out one call.
    fn serve(
        &self,
        call: &D::Call,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Result<D::Reply, Failure>> + Send;
}

/// The services of an interpreter, whatever they are made of: one boxed future for each call. A handle, cheap to clone.
pub struct Services<D: Domain>(Option<Arc<dyn Erased<D>>>);

type Served<'a, D> =
    Pin<Box<dyn Future<Output = Result<<D as Domain>::Reply, Failure>> + Send + 'a>>;

trait Erased<D: Domain>: Send + Sync {
    fn serve<'a>(&'a self, call: &'a D::Call, key: &'a IdempotencyKey) -> Served<'a, D>;
}

impl<D: Domain, S: Serves<D>> Erased<D> for S {
    fn serve<'a>(&'a self, call: &'a D::Call, key: &'a IdempotencyKey) -> Served<'a, D> {
        Box::pin(Serves::serve(self, call, key))
    }
}

impl<D: Domain> Services<D> {
    /// These.
    pub fn new(services: impl Serves<D>) -> Self {
        Services(Some(Arc::new(services)))
    }

    /// Carries out one call.
    ///
    /// # Errors
    ///
    /// What a method that may fail fails with. The `Err` of any other is an answer.
    pub async fn serve(&self, call: &D::Call, key: &IdempotencyKey) -> Result<D::Reply, Failure> {
        let Some(services) = &self.0 else {
            let message = format!("`{call}`: no services were given");
            return Err(Failure::new(crate::FailureKind::Defect, message));
        };
        services.serve(call, key).await
    }

    /// The answer to a request for a service.
    ///
    /// # Errors
    ///
    /// As [`Services::serve`].
    pub async fn answer(&self, call: &D::Call, key: &IdempotencyKey) -> Result<Answer<D>, Failure> {
        self.serve(call, key).await.map(Answer::Service)
    }
}

/// A domain that declares no services, so that an interpreter needs none.
#[diagnostic::on_unimplemented(
    message = "the domain `{Self}` has services, and none are given",
    label = "the services of `{Self}` are missing",
    note = "give an implementation of each: `new({Self}Services {{ .. }})`, `open_with(.., {Self}Services {{ .. }})`"
)]
pub trait Serviceless: Domain<Call = Never> {}

impl<D: Serviceless> Services<D> {
    /// None.
    #[must_use]
    pub const fn none() -> Self {
        Services(None)
    }
}

impl<D: Domain> Clone for Services<D> {
    fn clone(&self) -> Self {
        Services(self.0.clone())
    }
}

impl<D: Domain> Debug for Services<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Services")
    }
}

/// The answer of the `N`th method of the service `S`.
pub struct Replies<S: ?Sized, const N: usize>(PhantomData<fn() -> Box<S>>);

/// The `N`th method of a service, for generated code: where its answer is in the reply.
pub trait Method<const N: usize>: Service {
    /// What it answers.
    type Output;

    /// Takes it out of a reply; `None` if the reply is another method's.
    fn read(reply: Self::Reply) -> Option<Self::Output>;
}

impl<D, S, const N: usize> Expects<D> for Replies<S, N>
where
    D: HasService<S>,
    S: Method<N> + ?Sized,
{
    type Output = S::Output;

    fn take(answer: &mut Answer<D>) -> Option<S::Output> {
        match std::mem::replace(answer, Answer::Slept) {
            Answer::Service(reply) => S::read(D::reply(reply)?),
            _ => None,
        }
    }
}

impl<R: Row> Perform<R> {
    /// Calls a service. `bank.notices().send(..)` reads better; generated code comes here.
    pub fn call<S, const N: usize>(&mut self, call: S::Call) -> Asking<'_, R, Replies<S, N>>
    where
        S: Method<N> + ?Sized,
        R: Unhurried,
        R::Domain: HasService<S>,
    {
        let call = <R::Domain as HasService<S>>::call(call);
        Asking::new(|| Request::Service(call))
    }
}
