use super::{EngineRule, Engines};
use crate::Report;
use crate::check::verdict;

/// Holds an interpreter to every rule over one log that two of them share, and never stops at the first that is broken.
///
/// Like [`check_atomic`](crate::check_atomic), it needs a tokio runtime with time.
pub async fn check_engine<F: Engines>(factory: &F) -> Report<EngineRule> {
    let mut findings = Vec::new();
    for rule in EngineRule::ALL {
        let running = rule.running(factory);
        findings.push((*rule, verdict(factory.patience(), running).await));
    }
    Report::new(findings)
}
