use super::{Outcome, Partitioned, Turn};
use lawful::{Aggregate, Rejection, RuleName};

/// What came of the last step: a command, a `join` or a `heal`.
impl<A: Aggregate> Partitioned<A> {
    /// The last command was accepted.
    ///
    /// # Panics
    ///
    /// Where it was not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::return_self_not_must_use,
        reason = "an assertion may end a story"
    )]
    pub fn then_accepted(self) -> Self {
        match self.last() {
            Some(Turn::Decides {
                outcome: Outcome::Accepted(_),
                ..
            }) => self,
            _ => self.fail("an accepted command"),
        }
    }

    /// The last command was rejected, and this rule is the first that it breaks.
    ///
    /// # Panics
    ///
    /// Where it was not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::needless_pass_by_value,
        clippy::return_self_not_must_use,
        reason = "a rule is named, not lent; an assertion may end a story"
    )]
    pub fn then_rejected(self, rule: impl RuleName) -> Self {
        match self.last() {
            Some(Turn::Decides {
                outcome: Outcome::Rejected(rejection),
                ..
            }) if is_first(rejection, &rule) => self,
            _ => self.fail(&format!("rejected, first of all by `{}`", rule.rule_name())),
        }
    }

    /// On some replica, events that arrived in the last step break this invariant.
    ///
    /// # Panics
    ///
    /// Where they do not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::needless_pass_by_value,
        clippy::return_self_not_must_use,
        reason = "a rule is named, not lent; an assertion may end a story"
    )]
    pub fn then_broken(self, invariant: impl RuleName) -> Self {
        let mut broken = self.breaks();
        if broken.any(|rejection| rejection.broke(Named(&invariant))) {
            drop(broken);
            self
        } else {
            drop(broken);
            self.fail(&format!("`{}` broken", invariant.rule_name()))
        }
    }

    /// On some replica, events arrived in the last step whose command this rule would refuse there.
    ///
    /// # Panics
    ///
    /// Where none did, with the whole story.
    #[track_caller]
    #[allow(
        clippy::needless_pass_by_value,
        clippy::return_self_not_must_use,
        reason = "a rule is named, not lent; an assertion may end a story"
    )]
    pub fn then_overtaken(self, rule: impl RuleName) -> Self {
        let is_overtaken = self.turns[self.last_step..].iter().any(|turn| match turn {
            Turn::Hears {
                instead: Some(Outcome::Rejected(rejection)),
                ..
            } => rejection.broke(Named(&rule)),
            _ => false,
        });
        if is_overtaken {
            self
        } else {
            self.fail(&format!(
                "a command overtaken that `{}` would refuse",
                rule.rule_name()
            ))
        }
    }

    /// After the last step, replicas that saw the same events differ.
    ///
    /// # Panics
    ///
    /// Where none do, with the whole story.
    #[track_caller]
    #[allow(
        clippy::return_self_not_must_use,
        reason = "an assertion may end a story"
    )]
    pub fn then_apart(self) -> Self {
        if self.is_apart() {
            self
        } else {
            self.fail("replicas that differ")
        }
    }

    /// The last step broke no invariant, and replicas that saw the same events agree.
    ///
    /// # Panics
    ///
    /// Where that is not so, with the whole story.
    #[track_caller]
    #[allow(
        clippy::return_self_not_must_use,
        reason = "an assertion may end a story"
    )]
    pub fn then_agreed(self) -> Self {
        let is_broken = self.breaks().next().is_some();
        if self.is_apart() || is_broken || self.is_defect() {
            self.fail("replicas that agree, and no broken invariant")
        }
        self
    }

    /// Which invariants the last step broke, and where: by the name of the replica.
    #[must_use]
    pub fn broken(&self) -> Vec<(&str, &Rejection)> {
        let turns = self.turns[self.last_step..].iter();
        turns
            .filter_map(|turn| match turn {
                Turn::Hears {
                    replica,
                    broken: Some(rejection),
                    ..
                } => Some((self.replicas[*replica].name.as_str(), rejection)),
                _ => None,
            })
            .collect()
    }

    /// Whether replicas that saw the same events differ after the last step.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.turns[self.last_step..]
            .iter()
            .any(|turn| matches!(turn, Turn::Apart(_)))
    }

    /// How many decisions would have come out another way where their events arrived in the last step.
    #[must_use]
    pub fn overtaken(&self) -> usize {
        let turns = self.turns[self.last_step..].iter();
        turns
            .filter(|turn| {
                matches!(
                    turn,
                    Turn::Hears {
                        instead: Some(_),
                        ..
                    }
                )
            })
            .count()
    }

    fn breaks(&self) -> impl Iterator<Item = &Rejection> {
        self.broken().into_iter().map(|(_, rejection)| rejection)
    }

    fn is_defect(&self) -> bool {
        let mut turns = self.turns[self.last_step..].iter();
        turns.any(|turn| match turn {
            Turn::Decides { outcome, .. } => matches!(outcome, Outcome::Defect(_)),
            Turn::Hears { defect, .. } => defect.is_some(),
            _ => false,
        })
    }

    fn last(&self) -> Option<&Turn<A>> {
        self.turns.get(self.last_step)
    }

    #[track_caller]
    fn fail(&self, expected: &str) -> ! {
        panic!("the story goes another way\n\n{self}\nbut expected\n       {expected}\n")
    }
}

fn is_first(rejection: &Rejection, rule: &impl RuleName) -> bool {
    let first = rejection.broken().first();
    rejection.broke(Named(rule)) && first.is_some_and(|first| first.rule() == rule.rule_name())
}

/// A rule that is only lent.
struct Named<'r, R>(&'r R);

impl<R: RuleName> RuleName for Named<'_, R> {
    fn owner(&self) -> Option<&str> {
        self.0.owner()
    }

    fn rule_name(&self) -> &str {
        self.0.rule_name()
    }
}
