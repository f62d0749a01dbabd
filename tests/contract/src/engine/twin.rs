use super::{DeskPayload, EngineDefect, Engines, Sketch, Valve};
use lawful_memory::MemoryLog;
use std::future::ready;

/// Makes interpreters with a defect, or without any, over a log in memory.
#[derive(Debug, Clone, Copy, Default)]
pub struct SketchTwin(pub Option<EngineDefect>);

impl Engines for SketchTwin {
    type Log = MemoryLog<DeskPayload>;
    type Engine = Sketch<Valve<Self::Log>>;

    fn handles(&self) -> impl Future<Output = [Self::Log; 2]> + Send {
        let log = MemoryLog::default();
        ready([log.clone(), log])
    }

    fn over(&self, log: Valve<Self::Log>) -> Self::Engine {
        Sketch::new(log, self.0)
    }
}
