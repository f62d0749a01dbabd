//! An aggregate that uses the whole grammar of bodies: nothing in it may be opaque.

use lawful::prelude::*;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// What a thing costs.
pub type Cents = i64;

/// The most that is allowed.
pub const LIMIT: Cents = 1_000;

/// How it stands.
#[value]
#[derive(Default)]
pub enum Status {
    /// Nothing stands in the way.
    #[default]
    Open,
    /// Somebody holds it.
    Held {
        /// Who.
        by: String,
        /// How many hold it.
        count: u32,
    },
    /// It is worth so much.
    Worth(Cents, bool),
}

/// Something with a price.
#[value]
#[derive(Default)]
pub struct Item {
    /// How many.
    pub quantity: u32,
    /// What one costs.
    pub price: Cents,
}

/// A thing of many parts.
#[state]
pub struct Thing {
    owner: Option<String>,
    balance: Cents,
    held: Cents,
    count: u32,
    status: Status,
    limit: Option<Cents>,
    names: Vec<String>,
    history: Vec<Item>,
    items: BTreeMap<String, Item>,
    counts: BTreeMap<u32, Cents>,
    tags: BTreeSet<String>,
    since: Timestamp,
    window: Duration,
    seen: (u32, bool),
}

#[aggregate]
impl Thing {
    /// The highest number of names.
    pub const MANY: usize = 3;

    /// The owner changed.
    #[event]
    fn owned(&mut self, owner: &str) {
        self.owner = if owner.is_empty() {
            None
        } else {
            Some(owner.to_owned())
        };
        self.seen.0 = self.seen.0.saturating_add(1);
    }

    /// Money moved.
    #[event]
    fn moved(&mut self, amount: Cents) {
        let fee = amount / 10;
        self.balance += amount - fee;
        if fee > 0 {
            self.held += fee;
        } else if amount < 0 {
            self.held = self.held.max(-amount).min(LIMIT);
        }
    }

    /// A name was added.
    #[event]
    fn named(&mut self, name: &str) {
        let name = name.trim();
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_string());
        }
        self.tags.insert(name.to_lowercase());
        self.names.truncate(Self::MANY);
    }

    /// Names went.
    #[event]
    fn forgotten(&mut self, name: &str) {
        self.names.retain(|known| known != name);
        self.tags.remove(name);
        if let Some(place) = self.names.iter().position(|known| known.starts_with(name)) {
            self.names.remove(place);
        }
    }

    /// Items came.
    #[event]
    fn stocked(&mut self, name: &str, items: &[Item]) {
        for item in items {
            let known = self.items.entry(name.to_owned()).or_default();
            known.quantity = known.quantity.saturating_add(item.quantity);
            known.price = item.price;
            self.history.push(item.clone());
        }
        *self.counts.entry(self.count).or_insert(0) += 1;
        self.counts
            .entry(0)
            .and_modify(|count| *count += 1)
            .or_insert(5);
    }

    /// Items went.
    #[event]
    fn sold(&mut self, name: &str, quantity: u32) {
        let Some(item) = self.items.get_mut(name) else {
            self.count += 1;
            return;
        };
        let before = item.quantity;
        item.quantity = item.quantity.saturating_sub(quantity);
        let after = item.quantity;
        if after == 0 {
            self.items.remove(name);
        }
        self.held += Cents::from(before - after);
    }

    /// The status changed.
    #[event]
    fn turned(&mut self, status: Status) {
        match &mut self.status {
            Status::Held { by, count } if by == "Ada" => {
                by.push_str("!");
                *count += 1;
            }
            Status::Worth(worth, seen @ false) => {
                *worth = worth.wrapping_neg();
                *seen = true;
            }
            Status::Open | Status::Held { .. } | Status::Worth(..) => self.status = status,
        }
    }

    /// Everything got dearer.
    #[event]
    fn raised(&mut self, by: Cents) {
        for item in &mut self.history {
            item.price = item.price.saturating_add(by);
        }
        for (_, item) in self.items.iter_mut() {
            item.price += by.clamp(-5, 5);
        }
        for count in self.counts.values_mut() {
            *count += 1;
        }
        if let Some(item) = self.history.iter_mut().find(|item| item.quantity > 1) {
            item.quantity -= 1;
        }
        for step in 0..3_u32 {
            self.count += step;
        }
    }

    /// Time passed.
    #[event]
    fn passed(&mut self, now: Timestamp) {
        self.window = now - self.since;
        self.since = now.max(self.since) + Duration::from_secs(60 * 2);
    }

    /// A limit was set.
    #[event]
    fn limited(&mut self, limit: Option<Cents>) {
        let before = self.limit.take();
        self.limit = limit
            .or(before)
            .filter(|limit| *limit >= 0)
            .map(|limit| limit + 1);
        self.balance += before.unwrap_or_default() + before.map_or(0, |before| before / 2);
        self.settle(1);
    }

    /// All of it was swapped.
    #[event]
    fn swapped(&mut self) {
        let names = std::mem::take(&mut self.names);
        self.names = names.into_iter().rev().collect();
        self.history.sort_by_key(|item| item.price);
        self.history.dedup();
        self.tags.extend(self.names.iter().cloned());
        let copy = self.history.clone();
        self.history
            .extend(copy.iter().filter(|item| item.quantity > 2).cloned());
        self.history.truncate(4);
        self.seen = (self.seen.0 % 7, !self.seen.1);
    }

    /// It began anew.
    #[event]
    fn reset(&mut self, keep: bool) {
        *self = if keep {
            Self {
                names: vec!["kept".to_owned()],
                owner: self.owner.clone(),
                ..Self::default()
            }
        } else {
            Thing::default()
        };
    }

    /// it is owned
    #[rule]
    fn is_owned(&self) -> bool {
        self.owner.as_deref().is_some_and(|owner| owner.len() > 2)
    }

    /// the amount is payable
    #[rule]
    fn is_payable(amount: Cents) -> bool {
        0 < amount && amount <= LIMIT
    }

    /// what is available covers the amount
    #[rule]
    fn covers(&self, amount: Cents) -> bool {
        self.available() >= amount
    }

    /// the status allows it
    #[rule]
    fn allows(&self, how: &Status) -> bool {
        match (&self.status, how) {
            (Status::Open, _) => true,
            (
                Status::Held { by, .. },
                Status::Held {
                    by: other,
                    count: 1..=3,
                },
            ) => by == other,
            (Status::Worth(worth, true), Status::Worth(other, _)) if worth > other => true,
            (status, how) => status == how && *status != Status::Open,
        }
    }

    /// the items are in order
    #[rule]
    fn is_orderly(&self) -> bool {
        let Some(first) = self.history.first() else {
            return true;
        };
        let total: Cents = self
            .history
            .iter()
            .map(|item| item.price * Cents::from(item.quantity))
            .sum();
        if total < 0 {
            return false;
        }
        self.history.iter().all(|item| item.price >= first.price)
            && self.items.values().filter(|item| item.quantity > 0).count() == self.items.len()
            && self
                .history
                .iter()
                .zip(self.history.iter().skip(1))
                .all(|(one, other)| one.price <= other.price)
    }

    /// the names are in order
    #[rule]
    fn has_names(&self, name: &str) -> bool {
        let longest = self
            .names
            .iter()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0);
        let joined = self
            .names
            .iter()
            .fold(0_usize, |sum, name| sum + name.len());
        self.tags.contains(name)
            || longest > 3 && joined as u32 > self.count
            || self.names.is_empty() == name.is_empty()
    }

    /// it is in time
    #[rule]
    fn is_in_time(&self, now: Timestamp) -> bool {
        now >= self.since && now - self.since <= self.window + Duration::from_secs(60)
    }

    /// the numbers fit
    #[rule]
    fn fits(&self, amount: Cents) -> bool {
        match amount.cmp(&self.balance) {
            Ordering::Less => amount.rem_euclid(3) == 1,
            Ordering::Equal => (amount as u8) & 0x0f == 3 || amount.is_positive(),
            Ordering::Greater => {
                amount.abs_diff(self.balance) < 7 && amount.checked_mul(i64::MAX).is_none()
            }
        }
    }

    /// the limit is kept
    #[rule]
    fn keeps_limit(&self, amount: Cents) -> bool {
        if let Some(limit) = self.limit
            && limit > 0
        {
            amount <= limit
        } else {
            matches!(self.status, Status::Open | Status::Worth(..))
                && self.limit.is_none_or(|limit| limit == 0)
        }
    }

    /// what is held is never negative
    #[invariant]
    fn is_sound(&self) -> bool {
        self.held >= 0
    }

    /// the count never falls but to nothing
    #[invariant]
    fn never_falls(&self, before: &Self) -> bool {
        self.count >= before.count || self.count == 0 && before.available() >= self.available()
    }

    fn available(&self) -> Cents {
        self.balance.saturating_sub(self.held)
    }

    fn settle(&mut self, amount: Cents) {
        self.held -= amount.min(self.held);
    }

    /// Moves money.
    #[command(requires(is_owned, is_payable(amount), covers(amount)), unless(any(fits(amount), keeps_limit(amount + 1))))]
    fn pay(&self, amount: Cents) -> Result<Vec<ThingEvent>, ThingRule> {
        let fee = amount / 100;
        if fee > self.held {
            return Err(ThingRule::Covers);
        }
        let mut events = vec![ThingEvent::moved(-amount)];
        if fee > 0 {
            events.push(ThingEvent::moved(fee));
        }
        Ok(events)
    }

    /// Names it.
    #[command]
    fn name(&self, names: &[String]) -> Vec<ThingEvent> {
        names
            .iter()
            .filter(|name| !self.tags.contains(*name))
            .map(|name| ThingEvent::named(name))
            .collect()
    }

    /// Pays step by step.
    #[command(requires(not(is_orderly), then(covers(0))))]
    fn step(&self, amounts: &[Cents]) -> Deciding<Self> {
        let mut next = self.deciding();
        for amount in amounts {
            if next.covers(*amount) && next.balance > self.held {
                next.emit(ThingEvent::moved(-*amount));
            }
        }
        next
    }

    /// Turns it.
    #[command(requires(allows(&status)))]
    fn turn(&self, status: Status) -> Option<ThingEvent> {
        match &status {
            Status::Held { count: 0, .. } => None,
            Status::Worth(worth, _) => (*worth > 0).then(|| ThingEvent::Limited {
                limit: Some(*worth),
            }),
            _ => Some(ThingEvent::turned(status)),
        }
    }

    /// Changes everything.
    #[command]
    fn change(&self, name: &str, now: Timestamp, quantity: u32) -> [ThingEvent; 3] {
        [
            ThingEvent::passed(now),
            ThingEvent::stocked(
                name,
                vec![Item {
                    quantity,
                    price: self.balance,
                }],
            ),
            ThingEvent::sold(name, quantity / 2),
        ]
    }
}
