use super::constants::Constants;
use crate::Scope;
use lawful::Uuid;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

/// Answers to the questions that types ask, simplest first.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) ints: Vec<i128>,
    pub(super) floats: Vec<f64>,
    pub(super) texts: Vec<String>,
    pub(super) chars: Vec<char>,
    pub(super) durations: Vec<Duration>,
    pub(super) moments: Vec<i64>,
    pub(super) size: usize,
    pub(super) each: usize,
    extremes: bool,
    ids: usize,
    kinds: RefCell<Vec<String>>,
}

impl Values {
    pub(super) fn new(scope: &Scope, constants: Constants) -> Self {
        let mut ints: Vec<i128> = constants
            .ints
            .iter()
            .flat_map(|value| [value.saturating_sub(1), *value, value.saturating_add(1)])
            .chain([0, 1])
            .collect();
        // Small ones first, and of two equally small ones the positive: a counterexample shall read well.
        ints.sort_by_key(|value| (value.unsigned_abs(), *value < 0));
        ints.dedup();
        let mut floats = vec![0.0, 1.0];
        for constant in constants.floats {
            floats.extend([constant, constant + 1.0, constant - 1.0]);
        }
        floats.sort_by(|one, two| one.abs().total_cmp(&two.abs()).then(two.total_cmp(one)));
        floats.dedup_by(|one, two| one.to_bits() == two.to_bits());
        let mut texts = vec!["a".to_owned(), "b".to_owned()];
        let known = constants.texts.into_iter();
        texts.extend(known.filter(|text| !text.is_empty() && text != "a" && text != "b"));
        if constants.blank {
            texts.push(String::new());
        }
        let mut chars = vec!['a', 'b'];
        chars.extend(
            constants
                .chars
                .into_iter()
                .filter(|letter| !matches!(letter, 'a' | 'b')),
        );
        let step = Duration::from_micros(1);
        let mut durations = vec![Duration::ZERO, Duration::from_secs(1)];
        for duration in constants.durations {
            durations.extend([
                duration.saturating_sub(step),
                duration,
                duration.saturating_add(step),
            ]);
        }
        durations.sort();
        durations.dedup();
        // Rules look at how far moments are apart, so that one of them may as well be the first.
        let mut moments: Vec<i64> = durations
            .iter()
            .filter_map(|duration| i64::try_from(duration.as_micros()).ok())
            .collect();
        for moment in constants.moments {
            moments.extend([moment.saturating_sub(1), moment, moment.saturating_add(1)]);
        }
        moments.sort_by_key(|moment| (moment.unsigned_abs(), *moment < 0));
        moments.dedup();
        Values {
            ints,
            floats,
            texts,
            chars,
            durations,
            moments,
            size: scope.size,
            each: scope.values,
            extremes: scope.extremes,
            ids: scope.ids,
            kinds: RefCell::new(Vec::new()),
        }
    }

    /// The whole numbers of a type that holds `least..=most`.
    pub(super) fn ints_within(&self, least: i128, most: i128) -> Vec<i128> {
        let within = |value: &&i128| (least..=most).contains(*value);
        let mut ints: Vec<i128> = self.ints.iter().filter(within).copied().collect();
        if self.extremes {
            ints.extend(
                [most, least]
                    .into_iter()
                    .filter(|end| !self.ints.contains(end)),
            );
        }
        ints
    }

    /// The ids of one kind. Ids of two kinds are never the same.
    pub(super) fn ids_of(&self, kind: &str) -> Vec<Uuid> {
        let mut kinds = self.kinds.borrow_mut();
        let place = kinds.iter().position(|known| known == kind);
        let place = place.unwrap_or_else(|| {
            kinds.push(kind.to_owned());
            kinds.len() - 1
        });
        (0..self.ids).map(|of| self.id(place, of)).collect()
    }

    fn id(&self, kind: usize, of: usize) -> Uuid {
        Uuid::from_u128((kind * self.ids + of + 1) as u128)
    }

    /// All ids that were given out: which kind, and which of its kind.
    pub(super) fn ids(&self) -> HashMap<Uuid, (usize, usize)> {
        let kinds = self.kinds.borrow().len();
        let each = (0..kinds).flat_map(|kind| (0..self.ids).map(move |of| (kind, of)));
        each.map(|(kind, of)| (self.id(kind, of), (kind, of)))
            .collect()
    }
}
