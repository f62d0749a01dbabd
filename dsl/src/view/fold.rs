use super::{ColumnModel, Row, Rows};
use crate::log::{Entry, Metadata};
use crate::{Aggregate, CommandId, Domain, Id, Position, Timestamp};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// A read model: what each event does to its rows.
///
/// `#[read_model]` on the `impl` of a [`Row`] writes this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a read model",
    label = "no `#[read_model] impl {Self}` is in sight",
    note = "write `#[read_model]` above the `impl {Self}` that says what each event does to the rows"
)]
pub trait ReadModel: Row {
    /// Changes with the columns of the row and with the text of the fold, so that rows made by another fold are not taken for rows of
    /// this one. `#[read_model(version = 2)]` changes it where a function that the fold calls was changed.
    fn fingerprint() -> u64;

    /// The declaration as data.
    fn read_model() -> &'static ReadModelModel;
}

/// The events of the domain `D` can be folded into these rows: it has every aggregate that they listen to.
pub trait Folds<D: Domain>: ReadModel {
    /// What a recorded event does to the rows; nothing, where it is of an aggregate that the read model does not listen to.
    fn fold(rows: &mut Rows<Self>, entry: &Entry<D::Event>);
}

/// Where a recorded event comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin<A: Aggregate> {
    /// The aggregate root that it happened to.
    pub id: Id<A>,
    /// Its number among the events of that root, from 1.
    pub version: u64,
    /// Its place in the log.
    pub position: Position,
    /// When it was recorded, by the log's clock.
    pub recorded_at: Timestamp,
    /// Unique among all events.
    pub event_id: Uuid,
    /// The command that led to it.
    pub command_id: CommandId,
    /// The conversation that it belongs to.
    pub correlation_id: Uuid,
    /// The message that caused its command.
    pub causation_id: Option<Uuid>,
    /// Whatever the caller kept beside it.
    pub metadata: Option<Arc<Metadata>>,
}

impl<A: Aggregate> Origin<A> {
    /// The origin of a recorded event.
    #[must_use]
    pub fn of<E>(entry: &Entry<E>) -> Self {
        Origin {
            id: Id::from(entry.stream.id),
            version: entry.version,
            position: entry.position,
            recorded_at: entry.recorded_at,
            event_id: entry.event_id,
            command_id: entry.command_id,
            correlation_id: entry.correlation_id,
            causation_id: entry.causation_id,
            metadata: entry.metadata.clone(),
        }
    }
}

/// A read model as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadModelModel {
    /// In snake case.
    pub name: &'static str,
    /// The author's sentence.
    pub doc: &'static str,
    /// What a row holds.
    pub columns: &'static [ColumnModel],
    /// What it does on which event.
    pub handlers: &'static [HandlerModel],
    /// The events that it lets pass.
    pub ignores: &'static [&'static str],
}

/// What a read model does on an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandlerModel {
    /// The event as written: `AccountEvent::Opened`.
    pub event: &'static str,
    /// The author's sentence.
    pub doc: &'static str,
}
