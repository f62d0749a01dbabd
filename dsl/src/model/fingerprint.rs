use super::AggregateModel;
use super::walk::named_constants;
use std::fmt::Write;
use uuid::Uuid;

/// The namespace of fingerprints, a random UUID that must never change.
const FOLDS: Uuid = Uuid::from_u128(0x9f1c_63b2_0d4e_4c58_b7a5_3d2e_8f60_71ca);

impl AggregateModel {
    /// A digest of what a snapshot of the state depends on: the shape of the state and of the values in it, the updates, helpers and
    /// upcasters. `None` where the fold holds code that was not understood, unless the author asked for snapshots.
    ///
    /// Rules, commands and sentences may change without making a snapshot invalid, so they do not count.
    #[must_use]
    pub fn fold_fingerprint(&self) -> Option<String> {
        let updates = self.events.iter().map(|event| &event.update);
        let helpers = self.helpers.iter().map(|helper| &helper.body);
        let trees: Vec<_> = updates.chain(helpers).collect();
        if self.snapshot.is_none() && trees.iter().any(|tree| !tree.opaque().is_empty()) {
            return None;
        }
        let mut text = format!("{}\n{}\n", self.name, self.state.shown());
        for value in self.state.all_values() {
            let _ = writeln!(text, "{} {}", value.name, value.shown());
        }
        for (name, value) in named_constants(trees) {
            let _ = writeln!(text, "{name} = {value}");
        }
        for helper in self.helpers.iter() {
            let _ = write!(text, "{helper}");
        }
        for event in self.events.iter() {
            let mut event = event.clone();
            event.doc = "".into();
            let _ = write!(text, "{event}");
        }
        Some(Uuid::new_v5(&FOLDS, text.as_bytes()).simple().to_string())
    }
}
