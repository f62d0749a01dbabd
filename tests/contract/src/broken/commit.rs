//! The part of an append that a sound log does in one act, and what becomes of it otherwise.
use super::flight::{Flight, pause};
use super::log::BrokenLog;
use super::records::{Records, count};
use crate::{Defect, Sample};
use lawful::Few;
use lawful::log::{AppendError, Appended, Batch, StreamId};
use std::sync::atomic::Ordering;

impl BrokenLog {
    pub(super) async fn commit(
        &self,
        batch: Batch<Sample>,
        flight: &Flight,
    ) -> Result<Appended, AppendError> {
        match self.disk.defect {
            Some(Defect::HalfABatch) => self.one_by_one(batch).await,
            Some(Defect::ChecksThenInserts) if batch.expected > 0 => self.two_acts(batch).await,
            Some(Defect::CreatesInTwoActs) if batch.expected == 0 => self.two_acts(batch).await,
            Some(Defect::SwallowsConflicts) => self.swallowing(batch),
            Some(Defect::LosesUnderLoad) if flight.is_unlucky() => {
                self.records().check(&batch)?;
                let begin = self.records().head();
                Ok(self.records().prepare(batch, begin)?.appended)
            }
            Some(Defect::PositionBeforeCommit) => {
                let begin = self.records().take_numbers(count(&batch));
                pause().await;
                let mut records = self.records();
                records.check(&batch)?;
                let prepared = records.prepare(batch, begin)?;
                let appended = prepared.appended.clone();
                records.write(prepared);
                Ok(appended)
            }
            Some(Defect::OutcomeLater) => {
                let (appended, outcomes) = {
                    let mut records = self.records();
                    records.check(&batch)?;
                    let begin = records.take_numbers(count(&batch));
                    let mut prepared = records.prepare(batch, begin)?;
                    let outcomes = std::mem::take(&mut prepared.outcomes);
                    let appended = prepared.appended.clone();
                    records.write(prepared);
                    (appended, outcomes)
                };
                pause().await;
                self.records().outcomes.extend(outcomes);
                Ok(appended)
            }
            Some(Defect::LooksThenInserts) => {
                self.records().check_ids(&batch)?;
                pause().await;
                let mut records = self.records();
                records.check_version(&batch)?;
                records.insert(batch)
            }
            Some(Defect::InsertsUpToDuplicate) => self.up_to_duplicate(batch),
            Some(Defect::HarmsNeighbours) => {
                flight.harmed()?;
                let answer = self.records().append(batch);
                if let Err(AppendError::Failed(_)) = answer {
                    self.disk.harm.fetch_add(1, Ordering::Relaxed);
                }
                answer
            }
            _ => self.records().append(batch),
        }
    }

    async fn two_acts(&self, batch: Batch<Sample>) -> Result<Appended, AppendError> {
        self.records().check(&batch)?;
        pause().await;
        let mut records = self.records();
        records.check_ids(&batch)?;
        records.insert(batch)
    }

    async fn one_by_one(&self, batch: Batch<Sample>) -> Result<Appended, AppendError> {
        let prepared = {
            let mut records = self.records();
            records.check(&batch)?;
            let begin = records.take_numbers(count(&batch));
            records.prepare(batch, begin)?
        };
        self.records().outcomes.extend(prepared.outcomes);
        for row in prepared.rows {
            self.records().rows.push(row);
            pause().await;
        }
        Ok(prepared.appended)
    }

    fn swallowing(&self, batch: Batch<Sample>) -> Result<Appended, AppendError> {
        let mut records = self.records();
        match records.check(&batch) {
            Err(AppendError::Conflict { expected, .. })
                if expected > 0 && count(&batch) > 0 && records.version(batch.stream) > 0 =>
            {
                let begin = records.head();
                Ok(records.prepare(batch, begin)?.appended)
            }
            Err(error) => Err(error),
            Ok(()) => records.insert(batch),
        }
    }

    fn up_to_duplicate(&self, batch: Batch<Sample>) -> Result<Appended, AppendError> {
        let mut records = self.records();
        let answer = records.check(&batch);
        if let Err(AppendError::Duplicate { .. }) = answer {
            let known = |id| records.outcome(batch.stream, id).is_some();
            let commands: Few<_> = batch
                .commands
                .iter()
                .take_while(|one| !known(one.id))
                .cloned()
                .collect();
            if !commands.is_empty() {
                let stream = batch.stream;
                let expected = batch.expected;
                records.append(Batch {
                    stream,
                    expected,
                    commands,
                })?;
            }
        }
        answer?;
        records.insert(batch)
    }

    pub(super) async fn commit_all(
        &self,
        batches: Vec<Batch<Sample>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        if self.has(Defect::ReadsThenWrites) {
            self.confirm(&self.records(), &reads)?;
            pause().await;
            return self.all_at_once(batches, &[]);
        }
        if self.has(Defect::SeenOneByOne) {
            let before = self.records().rows.len();
            let answers = self.all_at_once(batches, &reads)?;
            let hidden = self.records().rows.split_off(before);
            for row in hidden {
                self.records().rows.push(row);
                pause().await;
            }
            return Ok(answers);
        }
        self.all_at_once(batches, &reads)
    }

    fn all_at_once(
        &self,
        batches: Vec<Batch<Sample>>,
        reads: &[(StreamId, u64)],
    ) -> Result<Vec<Appended>, AppendError> {
        let mut records = self.records();
        self.confirm(&records, reads)?;
        let before = (records.rows.len(), records.outcomes.len());
        if self.has(Defect::ChecksAllFirst) {
            for batch in &batches {
                records.check(batch)?;
            }
        }
        let mut answers = Vec::new();
        for batch in batches {
            let answer = if self.has(Defect::ChecksAllFirst) {
                records.insert(batch)
            } else {
                records.append(batch)
            };
            match answer {
                Ok(answer) => answers.push(answer),
                Err(error) => {
                    if !self.has(Defect::InTurns) {
                        records.rows.truncate(before.0);
                        records.outcomes.truncate(before.1);
                    }
                    return Err(error);
                }
            }
        }
        if self.has(Defect::AnswersBackwards) {
            answers.reverse();
        }
        Ok(answers)
    }

    fn confirm(&self, records: &Records, reads: &[(StreamId, u64)]) -> Result<(), AppendError> {
        for (stream, expected) in reads {
            match self.disk.defect {
                Some(Defect::IgnoresReads) if *expected > 0 => {}
                Some(Defect::IgnoresAbsentReads) if *expected == 0 => {}
                _ => records.check_at(*stream, *expected)?,
            }
        }
        Ok(())
    }
}
