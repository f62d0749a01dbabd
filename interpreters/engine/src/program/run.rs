use crate::Engine;
use crate::program::Live;
use lawful::log::EventLog;
use lawful::program::{Done, Handler, Launch, Performed, Program, Run, RunOptions, drive};
use lawful::{Domain, Error, Failure};
use std::sync::Arc;

impl<D: Domain, L: EventLog<Event = D::Event>> Engine<D, L> {
    /// What answers the requests of one run, for whoever drives a program himself: see [`drive`].
    ///
    /// # Errors
    ///
    /// Where the log cannot be reached.
    pub async fn live(&self, options: RunOptions) -> Result<Live<D, L>, Failure> {
        Live::begin(Arc::clone(&self.core), options).await
    }

    /// Performs a program step by step: what it has done is done. On an `Err` its compensations run; a failure in the middle stops it,
    /// and names run, step and request. Await the answer, or say more before: see [`Run`].
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] with the `Err` of the program, [`Error::Failed`] where the world breaks.
    pub fn run<P: Program<D>>(
        &self,
        program: P,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<D, L, P>> {
        self.run_with(program, std::convert::identity)
    }

    /// The same with layers around what answers the requests: `bank.run_with(program, |live| Retry::new(live, 3, pause))`. See
    /// [`layer`](lawful::program::layer).
    ///
    /// # Errors
    ///
    /// As [`Engine::run`].
    pub fn run_with<P, F, H>(
        &self,
        program: P,
        layers: F,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<D, L, P, F, H>>
    where
        P: Program<D>,
        F: FnOnce(Live<D, L>) -> H + Send,
        H: Handler<D>,
    {
        let core = Arc::clone(&self.core);
        Run::new(move |options: RunOptions| async move {
            let live = Live::begin(core, options).await?;
            let (run, reached) = (live.run_id(), live.reached());
            let mut handler = layers(live);
            match drive::<D, P, H>(program, &mut handler).await {
                Ok(Ok(output)) => Ok(Done {
                    output,
                    position: reached.position(),
                }),
                Ok(Err(refusal)) => Err(Error::Rejected(refusal)),
                Err(stop) => {
                    let failure = stop.into_failure().within(format_args!("run `{run}`"));
                    Err(Error::Failed(failure))
                }
            }
        })
    }
}
