//! Aggregates that use all that has a counterpart.
#![allow(clippy::cast_lossless, reason = "both forms of a conversion are read")]

use lawful::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How it is used.
#[value]
#[derive(Default)]
pub(super) enum Mode {
    #[default]
    Free,
    Held {
        by: String,
        times: u8,
    },
    Closed(i64),
}

/// Where it stands.
#[value]
#[derive(Default)]
pub(super) struct Spot {
    row: u8,
    level: i64,
}

/// A locker.
#[state]
pub(super) struct Locker {
    owner: Option<String>,
    level: i64,
    count: u8,
    mode: Mode,
    spot: Spot,
    last: Option<i64>,
    stock: BTreeMap<String, i64>,
    tags: BTreeSet<String>,
}

const MOST: i64 = 5;

#[aggregate]
impl Locker {
    /// Somebody took it.
    #[event]
    fn taken(&mut self, by: &str, level: i64) {
        self.owner = Some(by.to_owned());
        self.last = Some(self.level);
        self.level += level * 2 - 1;
        self.raise();
        match &self.mode {
            Mode::Free => {
                self.mode = Mode::Held {
                    by: by.to_owned(),
                    times: 1,
                }
            }
            Mode::Held { times, .. } => {
                self.mode = Mode::Held {
                    by: by.to_owned(),
                    times: times.saturating_add(100),
                };
            }
            Mode::Closed(_) => {}
        }
    }

    /// It was filled.
    #[event]
    fn filled(&mut self, with: &str, amount: i64) {
        if amount > 1 {
            self.tags.insert(with.to_owned());
        } else if amount == 0 {
            self.tags.clear();
        } else {
            self.tags.remove(with);
        }
        let known = self.stock.get(with).copied().unwrap_or_default();
        self.stock.insert(with.to_owned(), known.max(amount));
        self.spot.level = amount / 2;
        self.spot.row = 3;
    }

    /// It was emptied.
    #[event]
    fn emptied(&mut self, of: &str) {
        self.stock.remove(of);
        self.owner = None;
        self.mode = Mode::Closed(self.level);
    }

    fn raise(&mut self) {
        self.count += 100;
    }

    fn above(&self, amount: i64) -> i64 {
        let more = self.last.map_or(amount, |last| last.min(amount));
        more - self.spot.level
    }

    /// it is free, or held for the first time
    #[rule]
    fn is_open(&self) -> bool {
        match &self.mode {
            Mode::Free => true,
            Mode::Held { times, .. } if *times < 2 => self.count <= 100,
            Mode::Held { .. } => false,
            Mode::Closed(level) => *level >= 0,
        }
    }

    /// the amount is small
    #[rule]
    fn is_small(&self, amount: i64) -> bool {
        if amount < 0 {
            return false;
        }
        let above = self.above(amount);
        -above >= -MOST && i128::from(amount) < 100 && (amount as i128) < 200 && amount % 2 < 2
    }

    /// somebody else has it
    #[rule]
    fn is_other(&self, by: &str) -> bool {
        self.owner.as_deref().is_some_and(|owner| owner != by) || self.owner.is_none()
    }

    /// it is in stock
    #[rule]
    fn has(&self, what: &str) -> bool {
        self.stock.contains_key(what) && !self.tags.contains(what)
    }

    /// it is held by somebody of this name
    #[rule]
    fn is_held_by(&self, name: &str) -> bool {
        if let Mode::Held { by, times } = &self.mode
            && *times > 0
        {
            by == name && !name.is_empty()
        } else {
            matches!(self.mode, Mode::Closed(0..=1))
        }
    }

    /// the level is within its ends
    #[invariant]
    fn is_level(&self) -> bool {
        self.level <= MOST && self.last.unwrap_or(0) <= MOST
    }

    /// the level never falls by more than one
    #[invariant]
    fn is_steady(&self, before: &Self) -> bool {
        self.level >= before.level - 1
    }

    /// Takes it.
    #[command(requires(is_open, any(is_other(by), is_held_by(by)), then(is_small(level))))]
    fn take(&self, by: &str, level: i64) -> Vec<LockerEvent> {
        if level == 1 {
            return vec![LockerEvent::taken(by, 1), LockerEvent::filled(by, level)];
        }
        let doubled = level + level;
        match self.last {
            Some(last) if last > 3 => vec![LockerEvent::filled(by, doubled)],
            _ => vec![LockerEvent::taken(by, level)],
        }
    }

    /// Fills it.
    #[command(requires(not(all(has(with), is_open))), unless(has(with)))]
    fn fill(&self, with: &str, amount: i64) -> LockerEvent {
        LockerEvent::filled(with, amount)
    }

    /// Empties it.
    #[command(requires(has(of)))]
    fn empty(&self, of: &str) -> Option<LockerEvent> {
        if self.owner.is_some() {
            Some(LockerEvent::emptied(of))
        } else {
            None
        }
    }
}

/// A light.
#[state]
pub(super) enum Light {
    #[default]
    Off,
    On {
        since: i64,
    },
    Broken,
}

#[aggregate]
impl Light {
    /// It was lit.
    #[event]
    fn lit(&mut self, at: i64) {
        *self = Light::On { since: at };
    }

    /// It broke.
    #[event]
    fn broke(&mut self) {
        if let Light::On { since } = self {
            if *since > 0 {
                *self = Light::Broken;
            } else {
                *self = Light::Off;
            }
        }
    }

    /// it is lit
    #[rule]
    fn is_lit(&self) -> bool {
        matches!(self, Light::On { since } if *since >= 0)
    }

    /// it still works
    #[invariant]
    fn works(&self) -> bool {
        *self != Light::Broken
    }

    /// Lights it.
    #[command(requires(not(is_lit)))]
    fn light(&self, at: i64) -> LightEvent {
        LightEvent::lit(at)
    }

    /// Breaks it.
    #[command(requires(is_lit))]
    fn break_it(&self) -> LightEvent {
        LightEvent::broke()
    }
}
