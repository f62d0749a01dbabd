use crate::Domain;
use crate::program::{Answer, Request, Step};
use serde::{Deserialize, Serialize};
use std::fmt::{Debug, Display, Formatter};

/// One request of a run and its answer: an [`Answer`] in a recording, a [`Kept`](crate::program::Kept) in a journal.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "A: Serialize", deserialize = "A: Deserialize<'de>"))]
pub struct Line<D: Domain, A = Answer<D>> {
    /// The request's name.
    pub step: Step,
    /// What was asked.
    pub request: Request<D>,
    /// What was answered.
    pub answer: A,
}

impl<D: Domain, A: Clone> Clone for Line<D, A> {
    fn clone(&self) -> Self {
        Line {
            step: self.step.clone(),
            request: self.request.clone(),
            answer: self.answer.clone(),
        }
    }
}

impl<D: Domain, A: PartialEq> PartialEq for Line<D, A> {
    fn eq(&self, other: &Self) -> bool {
        self.step == other.step && self.request == other.request && self.answer == other.answer
    }
}

impl<D: Domain, A: Debug> Debug for Line<D, A> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("step", &self.step)
            .field("request", &self.request)
            .field("answer", &self.answer)
            .finish()
    }
}

impl<D: Domain, A: Display> Display for Line<D, A> {
    /// `3  account(67e5..).withdraw(amount: 50)`, and the answer below it.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let step = self.step.to_string();
        write!(f, "{step:<6} {}\n       ", self.request)?;
        f.write_str(&self.answer.to_string().replace('\n', "\n       "))
    }
}
