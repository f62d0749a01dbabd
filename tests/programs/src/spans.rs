use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A span, or an event, as it was traced.
#[derive(Debug, Clone, Default)]
pub struct Traced {
    /// Its name; of an event, its message.
    pub name: String,
    /// Its fields.
    pub fields: BTreeMap<&'static str, String>,
    /// The number of the span that it is in.
    pub parent: Option<usize>,
    /// Whether it is over.
    pub is_closed: bool,
}

impl Traced {
    /// A field; `-` where it has none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("-", String::as_str)
    }
}

/// Keeps everything that is traced on the thread that it is the default of. A handle.
#[derive(Debug, Clone, Default)]
pub struct Spans(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    spans: Vec<Traced>,
    events: Vec<Traced>,
    entered: Vec<usize>,
}

impl Spans {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All spans, in the order in which they began.
    #[must_use]
    pub fn spans(&self) -> Vec<Traced> {
        self.lock().spans.clone()
    }

    /// All events.
    #[must_use]
    pub fn events(&self) -> Vec<Traced> {
        self.lock().events.clone()
    }
}

fn number(id: &Id) -> usize {
    usize::try_from(id.into_u64()).unwrap_or(usize::MAX) - 1
}

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut kept = self.lock();
        let mut span = Traced {
            name: attributes.metadata().name().to_owned(),
            parent: match attributes.parent() {
                Some(parent) => Some(number(parent)),
                None if attributes.is_contextual() => kept.entered.last().copied(),
                None => None,
            },
            ..Traced::default()
        };
        attributes.record(&mut span);
        kept.spans.push(span);
        Id::from_u64(kept.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(&mut self.lock().spans[number(id)]);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut kept = self.lock();
        let mut traced = Traced {
            parent: match event.parent() {
                Some(parent) => Some(number(parent)),
                None => kept.entered.last().copied(),
            },
            ..Traced::default()
        };
        event.record(&mut traced);
        traced.name = traced.fields.remove("message").unwrap_or_default();
        kept.events.push(traced);
    }

    fn enter(&self, id: &Id) {
        self.lock().entered.push(number(id));
    }

    fn exit(&self, id: &Id) {
        let mut kept = self.lock();
        let at = kept.entered.iter().rposition(|span| *span == number(id));
        if let Some(at) = at {
            kept.entered.remove(at);
        }
    }

    fn try_close(&self, id: Id) -> bool {
        self.lock().spans[number(&id)].is_closed = true;
        true
    }
}

impl Visit for Traced {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}
