use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Some futures that run side by side, in one task. They are few, so that each is polled when any is woken.
pub(crate) struct Crowd<T>(Vec<Running<T>>);

impl<T> Crowd<T> {
    pub(crate) const fn new() -> Self {
        Crowd(Vec::new())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn push(&mut self, future: impl Future<Output = T> + Send + 'static) {
        self.0.push(Box::pin(future));
    }

    /// The next one that ends; pending while nobody is there.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<T> {
        for index in 0..self.0.len() {
            if let Poll::Ready(output) = self.0[index].as_mut().poll(context) {
                drop(self.0.swap_remove(index));
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    }

    /// The next one that ends; `None` if nobody is there.
    pub(crate) async fn next(&mut self) -> Option<T> {
        if self.0.is_empty() {
            return None;
        }
        Some(poll_fn(|context| self.poll_next(context)).await)
    }
}
