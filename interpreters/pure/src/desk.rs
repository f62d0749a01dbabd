use lawful::program::{IdempotencyKey, Serves, Services};
use lawful::{Domain, Failure, FailureKind};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a driven process finds the replies of its services. A handle.
pub(crate) struct Desk<D: Domain>(Arc<Mutex<Papers<D>>>);

struct Papers<D: Domain> {
    replies: VecDeque<D::Reply>,
    services: Option<Services<D>>,
    /// Somebody was asked, and there was no reply.
    is_asked: bool,
}

impl<D: Domain> Desk<D> {
    fn papers(&self) -> MutexGuard<'_, Papers<D>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn serve_by(&self, services: Services<D>) {
        self.papers().services = Some(services);
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.papers().is_asked
    }

    pub(crate) fn reply(&self, reply: D::Reply) {
        let mut papers = self.papers();
        papers.is_asked = false;
        papers.replies.push_back(reply);
    }
}

impl<D: Domain> Serves<D> for Desk<D> {
    async fn serve(&self, call: &D::Call, key: &IdempotencyKey) -> Result<D::Reply, Failure> {
        let services = {
            let mut papers = self.papers();
            if let Some(reply) = papers.replies.pop_front() {
                return Ok(reply);
            }
            papers.is_asked = papers.services.is_none();
            papers.services.clone()
        };
        if let Some(services) = services {
            return services.serve(call, key).await;
        }
        let message = format!("`{call}`: nobody has replied yet");
        Err(Failure::new(FailureKind::Unavailable, message))
    }
}

impl<D: Domain> Default for Desk<D> {
    fn default() -> Self {
        Desk(Arc::new(Mutex::new(Papers {
            replies: VecDeque::new(),
            services: None,
            is_asked: false,
        })))
    }
}

impl<D: Domain> Clone for Desk<D> {
    fn clone(&self) -> Self {
        Desk(Arc::clone(&self.0))
    }
}
