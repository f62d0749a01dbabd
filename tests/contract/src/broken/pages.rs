//! Reading back what is on the disk.
use super::records::{Records, Row};
use crate::{Defect, Sample};
use lawful::log::{Entry, StreamId, Undecodable};
use lawful::{Failure, FailureKind, Payload};

impl Records {
    pub(super) fn stream_after(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Entry<Sample>>, Failure> {
        let skipped = u64::from(self.has(Defect::StreamPageSkips) && after > 0 && limit > 1);
        let mut rows: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| {
                row.stream == stream
                    || self.has(Defect::StreamsByIdAlone) && row.stream.id == stream.id
            })
            .filter(|row| row.version > after.saturating_add(skipped))
            .collect();
        rows.sort_by_key(|row| row.version);
        self.entries(rows, limit)
    }

    pub(super) fn all_after(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Entry<Sample>>, Failure> {
        let small = limit > 1 && limit < crate::given::ALL;
        let skipped = u64::from(self.has(Defect::LogPageSkips) && after > 0 && small);
        let mut rows: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| row.number > after.saturating_add(skipped))
            .collect();
        rows.sort_by_key(|row| row.number);
        let mut entries = self.entries(rows, limit)?;
        if self.has(Defect::LogWithoutMetadata) {
            for entry in &mut entries {
                entry.metadata = None;
            }
        }
        Ok(entries)
    }

    fn entries(&self, rows: Vec<&Row>, limit: usize) -> Result<Vec<Entry<Sample>>, Failure> {
        let limit = match self.defect {
            Some(Defect::ZeroIsAll) if limit == 0 => usize::MAX,
            _ => limit,
        };
        let mut entries = Vec::new();
        for row in rows.into_iter().take(limit) {
            let (aggregate, name) = row.event_type;
            let event = match Sample::decode(aggregate, name, row.schema_version, &row.data) {
                Ok(event) => event,
                Err(_) if self.has(Defect::ShortHistory) => break,
                Err(error) => return Err(self.undecodable(row, error)),
            };
            entries.push(Entry {
                event_id: row.event_id,
                stream: row.stream,
                version: row.version,
                position: self.position(row.number),
                event,
                schema_version: match self.defect {
                    Some(Defect::SchemaVersionOne) => 1,
                    _ => row.schema_version,
                },
                command_id: row.command_id,
                correlation_id: row.correlation_id,
                causation_id: row.causation_id,
                recorded_at: row.recorded_at,
                metadata: row.metadata.clone(),
            });
        }
        Ok(entries)
    }

    fn undecodable(&self, row: &Row, error: Undecodable) -> Failure {
        if self.has(Defect::UnnamedUndecodable) {
            return Failure::new(FailureKind::Undecodable, error.to_string());
        }
        let (aggregate, name) = row.event_type;
        let event_type = format!("{aggregate}.{name}");
        error.of(row.stream, row.version, &event_type, row.schema_version)
    }
}
