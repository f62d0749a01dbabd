use crate::Position;
use crate::program::Step;

/// Up to where a run has looked for events: what `wait` answers comes after it.
///
/// The branches of a `both` look each for itself, from where the run had looked before; behind the `both`, what either has seen is seen.
#[derive(Debug, Clone)]
pub struct Cursors {
    /// What everything that follows has behind it.
    passed: Position,
    /// The last look of each branch of the `both` that is under way.
    branches: Vec<(Step, Position)>,
}

impl Cursors {
    /// Of a run that has looked no further than to where it began.
    #[must_use]
    pub fn new(began: Position) -> Self {
        Cursors {
            passed: began,
            branches: Vec::new(),
        }
    }

    /// Up to where whoever asks this has looked.
    #[must_use]
    pub fn before(&self, step: &Step) -> Position {
        let seen = self
            .branches
            .iter()
            .filter(|(other, _)| !other.beside(step));
        seen.fold(self.passed, |passed, (_, position)| {
            later(passed, *position)
        })
    }

    /// This was answered by an event at that position.
    pub fn pass(&mut self, step: &Step, position: Position) {
        let outermost = step.outermost_both();
        let passed = &mut self.passed;
        self.branches.retain(|(other, at)| {
            let is_over = outermost.is_none() || other.outermost_both() < outermost;
            if is_over {
                *passed = later(*passed, *at);
            }
            !is_over && !other.is_in_branch_of(step)
        });
        match outermost {
            None => self.passed = later(self.passed, position),
            Some(_) => self.branches.push((step.clone(), position)),
        }
    }
}

/// Positions of one log can always be compared.
fn later(one: Position, two: Position) -> Position {
    if two > one { two } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::LogId;

    fn at(number: u64) -> Position {
        Position::new(LogId(1), number)
    }

    fn step(name: &str) -> Step {
        name.parse().expect("a step")
    }

    /// What each of these steps has behind it, after these were answered by events at these positions.
    #[track_caller]
    fn check(passed: &[(&str, u64)], expected: &[(&str, u64)]) {
        let mut cursors = Cursors::new(at(1));
        for (name, number) in passed {
            cursors.pass(&step(name), at(*number));
        }
        for (name, number) in expected {
            assert_eq!(cursors.before(&step(name)), at(*number), "{name}");
        }
    }

    #[test]
    fn one_after_the_other_each_passes_what_was_seen() {
        check(&[], &[("1", 1)]);
        check(&[("1", 5)], &[("2", 5), ("3.a.1", 5)]);
        check(&[("1", 5), ("2", 9)], &[("3", 9)]);
    }

    #[test]
    fn branches_look_each_for_itself_and_pass_both_behind() {
        check(
            &[("1", 2), ("2.a.1", 9)],
            &[("2.b.1", 2), ("2.a.2", 9), ("3", 9)],
        );
        check(
            &[("2.a.1", 9), ("2.b.1", 5)],
            &[("2.a.2", 9), ("2.b.2", 5), ("3", 9), ("3.b.1", 9)],
        );
        check(
            &[("2.a.1", 9), ("2.b.1", 5), ("3.a.1", 12)],
            &[("3.b.1", 9), ("4", 12)],
        );
        check(&[("2.a.1", 9), ("3", 12)], &[("4.a.1", 12), ("4.b.1", 12)]);
    }

    #[test]
    fn branches_within_branches_too() {
        check(
            &[("2.a.1", 3), ("2.a.2.a.1", 9)],
            &[("2.a.2.b.1", 3), ("2.b.1", 1), ("2.a.3", 9), ("3", 9)],
        );
    }

    #[test]
    fn what_is_passed_is_not_kept() {
        let mut cursors = Cursors::new(at(1));
        for number in 2..100 {
            for side in ["a", "b"] {
                cursors.pass(&step(&format!("{number}.{side}.1")), at(number));
                cursors.pass(&step(&format!("{number}.{side}.2")), at(number));
            }
        }
        assert_eq!(cursors.branches.len(), 2);
    }
}
