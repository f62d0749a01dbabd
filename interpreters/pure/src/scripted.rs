use lawful::program::{IdempotencyKey, Serves};
use lawful::{Domain, Failure, FailureKind};
use std::sync::{Arc, Mutex, PoisonError};

/// Services whose answers are written down: `Scripted(|call: &BankCall| BankReply::Notices(NoticesReply::Send(Ok(()))))`.
#[derive(Debug, Clone)]
pub struct Scripted<F>(pub F);

impl<D, F> Serves<D> for Scripted<F>
where
    D: Domain,
    F: Fn(&D::Call) -> D::Reply + Send + Sync + 'static,
{
    async fn serve(&self, call: &D::Call, _: &IdempotencyKey) -> Result<D::Reply, Failure> {
        Ok((self.0)(call))
    }
}

/// What [`Pure::explore`](crate::Pure::explore) has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explored {
    /// How many paths there are.
    pub paths: usize,
    /// How many of them were cut; none, if everything was seen.
    pub cut: usize,
}

/// Which answer is tried at each call of a path, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    path: Vec<(usize, usize)>,
    place: usize,
    cut: bool,
}

impl Choices {
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Which of so many answers is tried next.
    fn choose(&mut self, of: usize, depth: usize) -> Option<usize> {
        if self.place >= depth || of == 0 {
            self.cut = true;
            return None;
        }
        if self.place == self.path.len() {
            self.path.push((0, of));
        }
        let (tried, _) = self.path[self.place];
        self.place += 1;
        Some(tried)
    }

    /// Goes on to the next path, if there is one.
    pub(crate) fn advance(&mut self) -> bool {
        self.path.truncate(self.place);
        self.place = 0;
        self.cut = false;
        while let Some((tried, of)) = self.path.pop() {
            if tried + 1 < of {
                self.path.push((tried + 1, of));
                return true;
            }
        }
        false
    }
}

/// Services that give one answer after the other, a different combination for each path.
pub(crate) struct Chosen<F> {
    pub(crate) path: Arc<Mutex<Choices>>,
    pub(crate) choices: Arc<F>,
    pub(crate) depth: usize,
}

impl<D, F> Serves<D> for Chosen<F>
where
    D: Domain,
    F: Fn(&D::Call) -> Vec<D::Reply> + Send + Sync + 'static,
{
    async fn serve(&self, call: &D::Call, _: &IdempotencyKey) -> Result<D::Reply, Failure> {
        let mut replies = (self.choices)(call);
        let mut path = self.path.lock().unwrap_or_else(PoisonError::into_inner);
        match path.choose(replies.len(), self.depth) {
            Some(chosen) if chosen < replies.len() => Ok(replies.swap_remove(chosen)),
            _ => {
                let message = format!("`{call}`: the path is longer than is explored");
                Err(Failure::new(FailureKind::Other, message))
            }
        }
    }
}
