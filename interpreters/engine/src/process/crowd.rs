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

    /// Polls everybody, and takes what those return who have ended.
    pub(crate) fn poll_ended(&mut self, context: &mut Context<'_>) -> Vec<T> {
        let mut ended = Vec::new();
        let mut index = 0;
        while let Some(future) = self.0.get_mut(index) {
            match future.as_mut().poll(context) {
                Poll::Ready(output) => {
                    drop(self.0.swap_remove(index));
                    ended.push(output);
                }
                Poll::Pending => index += 1,
            }
        }
        ended
    }

    /// Waits until somebody ends; nothing comes if nobody is there.
    pub(crate) async fn ended(&mut self) -> Vec<T> {
        if self.0.is_empty() {
            return Vec::new();
        }
        poll_fn(|context| match self.poll_ended(context) {
            ended if ended.is_empty() => Poll::Pending,
            ended => Poll::Ready(ended),
        })
        .await
    }
}
