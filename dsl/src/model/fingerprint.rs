use super::walk::named_constants;
use super::{AggregateModel, Expr, HelperModel, RuleModel, Text};
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
        let called = self.called_by_updates();
        let updates = self.events.iter().map(|event| &event.update);
        let trees: Vec<&Expr> = updates.chain(called.iter().map(Called::body)).collect();
        if self.snapshot.is_none() && trees.iter().any(|tree| !tree.opaque().is_empty()) {
            return None;
        }
        let mut lines = vec![self.name.to_string(), self.state.shown()];
        for value in self.state.all_values() {
            lines.push(format!("{} {}", value.name, value.shown()));
        }
        for (name, value) in named_constants(trees) {
            lines.push(format!("{name} = {value}"));
        }
        lines.extend(called.iter().map(Called::shown));
        for event in self.events.iter() {
            let mut event = event.clone();
            event.doc = Text::default();
            lines.push(event.to_string());
        }
        let text = lines.join("\n");
        Some(Uuid::new_v5(&FOLDS, text.as_bytes()).simple().to_string())
    }

    /// The helpers and rules that events reach, in the order of their first use.
    fn called_by_updates(&self) -> Vec<Called<'_>> {
        let mut found: Vec<Called<'_>> = Vec::new();
        let mut next: Vec<&Expr> = self.events.iter().map(|event| &event.update).collect();
        while let Some(tree) = next.pop() {
            tree.walk(&mut |expr| {
                let called = match expr {
                    Expr::Helper { name, .. } => self.helper(name).map(Called::Helper),
                    Expr::Rule { name, .. } => self.rule(name).map(Called::Rule),
                    _ => None,
                };
                if let Some(called) = called
                    && !found.contains(&called)
                {
                    next.push(called.body());
                    found.push(called);
                }
            });
        }
        found
    }
}

/// What an update calls.
#[derive(PartialEq)]
enum Called<'m> {
    Helper(&'m HelperModel),
    Rule(&'m RuleModel),
}

impl<'m> Called<'m> {
    fn body(&self) -> &'m Expr {
        match self {
            Called::Helper(helper) => &helper.body,
            Called::Rule(rule) => &rule.body,
        }
    }

    fn shown(&self) -> String {
        match self {
            Called::Helper(helper) => helper.to_string(),
            Called::Rule(rule) => RuleModel {
                sentence: Text::default(),
                ..(*rule).clone()
            }
            .to_string(),
        }
    }
}
