//! Two engines over one log never contradict it, and each way of doing so is found out.
mod files;

use files::Files;
use lawful_contract::engine::{
    Desk, DeskPayload, EngineDefect, EngineRule, Engines, SketchTwin, Valve, check_engine,
};
use lawful_engine::Engine;
use lawful_memory::MemoryLog;
use lawful_postgres::PostgresLog;
use lawful_sqlite::SqliteLog;
use logs::{Logs, Schemas};
use std::future::ready;

struct OverMemory;

impl Engines for OverMemory {
    type Log = MemoryLog<DeskPayload>;
    type Engine = Engine<Desk, Valve<Self::Log>>;

    fn handles(&self) -> impl Future<Output = [Self::Log; 2]> + Send {
        let log = MemoryLog::default();
        ready([log.clone(), log])
    }

    fn over(&self, log: Valve<Self::Log>) -> Self::Engine {
        Engine::over(log)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_over_memory_never_contradicts_the_log() {
    let report = check_engine(&OverMemory).await;
    report.assert_kept();
}

struct OverSqlite(Files);

impl Engines for OverSqlite {
    type Log = SqliteLog<DeskPayload>;
    type Engine = Engine<Desk, Valve<Self::Log>>;

    async fn handles(&self) -> [Self::Log; 2] {
        let path = self.0.path();
        [self.0.open(&path).await, self.0.open(&path).await]
    }

    fn over(&self, log: Valve<Self::Log>) -> Self::Engine {
        Engine::over(log)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_over_sqlite_never_contradicts_the_log() {
    let report = check_engine(&OverSqlite(Files::new())).await;
    report.assert_kept();
}

struct OverPostgres(Schemas);

impl Engines for OverPostgres {
    type Log = PostgresLog<DeskPayload>;
    type Engine = Engine<Desk, Valve<Self::Log>>;

    async fn handles(&self) -> [Self::Log; 2] {
        self.0.pair().await
    }

    fn over(&self, log: Valve<Self::Log>) -> Self::Engine {
        Engine::over(log)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_over_postgres_never_contradicts_the_log() {
    let Some(schemas) = Schemas::new() else {
        return;
    };
    let report = check_engine(&OverPostgres(schemas)).await;
    report.assert_kept();
}

#[tokio::test(start_paused = true)]
async fn an_interpreter_without_defect_keeps_every_rule() {
    let report = check_engine(&SketchTwin(None)).await;
    report.assert_kept();
}

#[tokio::test(start_paused = true)]
async fn every_defect_breaks_just_its_rule() {
    let mut wrong = Vec::new();
    for defect in EngineDefect::ALL {
        let report = check_engine(&SketchTwin(Some(*defect))).await;
        if report.broken() != defect.breaks() {
            wrong.push(format!(
                "{defect:?} breaks {:?}, expected {:?}\n{report}",
                report.broken(),
                defect.breaks()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_has_a_defect_that_breaks_it() {
    for rule in EngineRule::ALL {
        assert!(
            EngineDefect::ALL
                .iter()
                .any(|defect| defect.breaks().contains(rule)),
            "no twin breaks {rule}"
        );
    }
}
