use super::Line;
use crate::Domain;
use crate::program::{
    Answer, Asked, Divergence, Handler, Kept, Request, RunIds, States, Step, Stop,
};
use std::collections::VecDeque;

/// Where a journal is written.
pub trait Journal<D: Domain>: Send {
    /// Writes a line behind the last one. When it returns, the line is as durable as the journal is.
    fn write(&mut self, line: Line<D, Kept<D>>) -> impl Future<Output = Result<(), Stop>> + Send;
}

impl<D: Domain> Journal<D> for Vec<Line<D, Kept<D>>> {
    async fn write(&mut self, line: Line<D, Kept<D>>) -> Result<(), Stop> {
        self.push(line);
        Ok(())
    }
}

impl<D: Domain, J: Journal<D>> Journal<D> for &mut J {
    fn write(&mut self, line: Line<D, Kept<D>>) -> impl Future<Output = Result<(), Stop>> + Send {
        (**self).write(line)
    }
}

/// Reads a journal again beside the program that wrote it.
pub struct Replay<D: Domain> {
    lines: VecDeque<Line<D, Kept<D>>>,
    markers: Vec<Line<D, Kept<D>>>,
    /// Markers that the journal should hold by now, and does not: the run is older.
    older: Vec<Step>,
    /// What was asked and not answered yet.
    open: Vec<(Step, Request<D>)>,
}

/// What a journal knows about a request.
#[derive(Debug)]
pub enum Replayed<D: Domain> {
    /// It was answered.
    Answered(Kept<D>),
    /// The journal ends here.
    Live,
}

impl<D: Domain> Replay<D> {
    /// Reads these lines.
    pub fn new(lines: impl IntoIterator<Item = Line<D, Kept<D>>>) -> Self {
        let (markers, lines): (Vec<_>, Vec<_>) =
            lines.into_iter().partition(|line| line.step.is_marker());
        Replay {
            lines: lines.into(),
            markers,
            older: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Beside what was answered, the journal says that these were asked.
    #[must_use]
    pub fn with_open(mut self, open: impl IntoIterator<Item = (Step, Request<D>)>) -> Self {
        self.open.extend(open);
        self
    }

    /// What the journal says about the next request.
    ///
    /// # Errors
    ///
    /// [`Stop::Diverged`] where the journal holds another request.
    pub fn next(&mut self, asked: Asked<'_, D>) -> Result<Replayed<D>, Stop> {
        if asked.step.is_marker() {
            return Ok(self.marker(asked.step));
        }
        if self.is_at_end() {
            return Ok(Replayed::Live);
        }
        let found = self.lines.iter().position(|line| line.step == *asked.step);
        let Some(index) = found else {
            // What the other branch of a `both` has written may stand here, and nothing else.
            return match self.lines.iter().find(|line| !line.step.beside(asked.step)) {
                None => self.opened(asked).map(|()| Replayed::Live),
                Some(line) => Err(diverged(
                    asked,
                    format!("step `{}`: {}", line.step, line.request),
                )),
            };
        };
        if let Some(line) = self
            .lines
            .iter()
            .take(index)
            .find(|line| !line.step.beside(asked.step))
        {
            return Err(diverged(
                asked,
                format!("step `{}`: {}", line.step, line.request),
            ));
        }
        match self.lines.remove(index) {
            Some(line) if line.request == *asked.request => Ok(Replayed::Answered(line.answer)),
            Some(line) => Err(diverged(asked, line.request.to_string())),
            None => Ok(Replayed::Live),
        }
    }

    /// What was asked and not answered is asked again, and nothing else.
    fn opened(&mut self, asked: Asked<'_, D>) -> Result<(), Stop> {
        let same = |(step, _): &(Step, _)| step == asked.step;
        match self.open.iter().position(same) {
            Some(index) => {
                let (_, request) = self.open.swap_remove(index);
                if request == *asked.request {
                    return Ok(());
                }
                Err(diverged(asked, request.to_string()))
            }
            None => match self.open.iter().find(|(step, _)| !step.beside(asked.step)) {
                None => Ok(()),
                Some((step, request)) => Err(diverged(asked, format!("step `{step}`: {request}"))),
            },
        }
    }

    /// Old journals lack markers that were added later: as long as there is more to read, the run began before the marker.
    fn marker(&mut self, step: &Step) -> Replayed<D> {
        if let Some(line) = self.markers.iter().find(|line| line.step == *step) {
            return Replayed::Answered(line.answer.clone());
        }
        if !self.is_at_end() && !self.older.contains(step) {
            self.older.push(step.clone());
        }
        if self.older.contains(step) {
            return Replayed::Answered(Kept::Version(0));
        }
        Replayed::Live
    }

    /// Keeps a marker that was answered just now, because the program may ask again.
    pub fn keep_marker(&mut self, line: Line<D, Kept<D>>) {
        self.markers.push(line);
    }

    /// Whether the whole journal was read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.lines.is_empty() && self.open.is_empty()
    }

    /// To be asked when the program has ended.
    ///
    /// # Errors
    ///
    /// [`Stop::Diverged`] where the journal holds more than the program asked.
    pub fn finish(&self) -> Result<(), Stop> {
        let answered = self.lines.front().map(|line| (&line.step, &line.request));
        let open = || self.open.first().map(|(step, request)| (step, request));
        match answered.or_else(open) {
            None => Ok(()),
            Some((step, request)) => Err(Stop::Diverged(Box::new(Divergence {
                step: step.clone(),
                recorded: Some(request.to_string()),
                asked: None,
            }))),
        }
    }
}

#[cold]
fn diverged<D: Domain>(asked: Asked<'_, D>, recorded: String) -> Stop {
    Stop::Diverged(Box::new(Divergence {
        step: asked.step.clone(),
        recorded: Some(recorded),
        asked: Some(asked.request.to_string()),
    }))
}

/// Answers from a journal as far as it goes, and writes it on from there.
///
/// An answer is written after its request took effect, so a crash in between asks again, under the same step. An interpreter that
/// can write both at once does that itself, with [`Replay`].
pub struct Journaled<D: Domain, H, J, S> {
    inner: H,
    journal: J,
    states: S,
    replay: Replay<D>,
}

impl<D: Domain, H, J, S> Journaled<D, H, J, S> {
    /// Around `inner`: reads `replay` again, then writes to `journal`. States of journaled answers come from `states`.
    pub fn new(inner: H, replay: Replay<D>, journal: J, states: S) -> Self {
        Journaled {
            inner,
            journal,
            states,
            replay,
        }
    }

    /// See [`Replay::finish`].
    ///
    /// # Errors
    ///
    /// [`Stop::Diverged`] where the journal holds more than the program asked.
    pub fn finish(&self) -> Result<(), Stop> {
        self.replay.finish()
    }
}

impl<D, H, J, S> Handler<D> for Journaled<D, H, J, S>
where
    D: Domain,
    H: Handler<D>,
    J: Journal<D>,
    S: States<D>,
{
    fn ids(&self) -> Option<RunIds> {
        self.inner.ids()
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        if let Replayed::Answered(kept) = self.replay.next(asked)? {
            return Ok(kept.restore(&self.states).await?);
        }
        let answer = match self.inner.ready(asked) {
            Some(answer) => answer?,
            None => self.inner.handle(asked).await?,
        };
        let line = Line {
            step: asked.step.clone(),
            request: asked.request.clone(),
            answer: answer.keep(),
        };
        if asked.step.is_marker() {
            self.replay.keep_marker(line.clone());
        }
        self.journal.write(line).await?;
        Ok(answer)
    }
}
