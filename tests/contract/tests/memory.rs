//! The log in memory keeps the contract, all but durability.
use lawful::Timestamp;
use lawful_contract::{Factory, Rule, Sample, check_atomic};
use lawful_memory::{Clock, MemoryLog};
use std::future::ready;

struct InMemory;

impl Factory for InMemory {
    type Log = MemoryLog<Sample>;

    fn fresh(&self) -> impl Future<Output = Self::Log> + Send {
        ready(MemoryLog::with_clock(Clock::fixed(Timestamp::default())))
    }

    fn encodes(&self) -> bool {
        false
    }

    fn set_clock(&self, log: &Self::Log, to: Timestamp) -> bool {
        log.clock().set(to);
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_in_memory_keeps_the_contract() {
    let report = check_atomic(&InMemory).await;
    report.assert_kept();
    assert_eq!(
        report.not_applicable(),
        [
            Rule::HonestReading,
            Rule::UndecodableNamed,
            Rule::UnencodableRefused,
            Rule::SurvivesRestart
        ],
        "{report}"
    );
}
