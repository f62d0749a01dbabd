use super::{Desk, DeskPayload, Valve};
use lawful::Interpreter;
use lawful::log::EventLog;
use std::time::Duration;

/// How the suite comes by interpreters that share a log.
pub trait Engines: Sync {
    /// The log below.
    type Log: EventLog<Event = DeskPayload>;
    /// The interpreter that is held to the contract.
    type Engine: Interpreter<Desk>;

    /// Two handles on one new and empty log, as two processes have them.
    fn handles(&self) -> impl Future<Output = [Self::Log; 2]> + Send;

    /// A new interpreter over a handle, with nothing kept yet. The suite sits in between, so that it can stop and spoil appends.
    fn over(&self, log: Valve<Self::Log>) -> Self::Engine;

    /// How long a rule may take before it counts as broken.
    fn patience(&self) -> Duration {
        Duration::from_mins(2)
    }
}

/// Two interpreters on one new log, with the valves below them.
pub(super) struct Pair<F: Engines> {
    pub(super) first: F::Engine,
    pub(super) second: F::Engine,
    /// The valve below the first.
    pub(super) valve: Valve<F::Log>,
    /// A handle of the suite's own.
    pub(super) log: F::Log,
}

impl<F: Engines> Pair<F> {
    pub(super) async fn new(factory: &F) -> Self {
        let [one, other] = factory.handles().await;
        let valve = Valve::new(one);
        let log = other.clone();
        Pair {
            first: factory.over(valve.clone()),
            second: factory.over(Valve::new(other)),
            valve,
            log,
        }
    }
}
