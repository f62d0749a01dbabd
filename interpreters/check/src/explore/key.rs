//! Which states are known. Two states are one if they are equal after ids of one kind were exchanged for one another.

use crate::Domains;
use lawful::{Aggregate, Datum, Uuid};
use std::collections::HashMap;

pub(super) struct Known<'a> {
    ids: &'a HashMap<Uuid, (usize, usize)>,
    /// Ways to exchange ids: for each kind, which id stands in for which. The first changes nothing.
    exchanges: Vec<Vec<Vec<usize>>>,
    places: HashMap<Vec<u8>, Vec<usize>>,
    merges: bool,
}

impl<'a> Known<'a> {
    pub(super) fn new<A: Aggregate>(domains: &'a Domains<A>) -> Self {
        let ids = domains.ids();
        let kinds = ids.values().map(|(kind, _)| kind + 1).max().unwrap_or(0);
        let each = domains.scope().ids;
        // Trying all exchanges pays only where there are few.
        let exchanges = if domains.scope().symmetric && each <= 4 {
            exchanges(kinds, each)
        } else {
            vec![vec![(0..each).collect(); kinds]]
        };
        Known {
            ids,
            exchanges,
            places: HashMap::new(),
            merges: false,
        }
    }

    /// Whether two states that are not equal were taken for one.
    pub(super) fn merges(&self) -> bool {
        self.merges
    }

    /// Where a state is, or `None` after noting that it will be at `place`.
    pub(super) fn find<A: Aggregate>(
        &mut self,
        state: &A,
        states: &[A],
        place: usize,
    ) -> Option<usize> {
        let (key, exchanged) = self.key(state);
        let places = self.places.entry(key).or_default();
        for known in places.iter().copied() {
            if states[known] == *state {
                return Some(known);
            }
        }
        // Equal keys of states that are not equal: ids were exchanged, or serde leaves a field out, and then they are two.
        if exchanged && let Some(known) = places.first() {
            self.merges = true;
            return Some(*known);
        }
        places.push(place);
        None
    }

    /// The least form that any exchange of ids gives, and whether there are ids in it.
    fn key<A: Aggregate>(&self, state: &A) -> (Vec<u8>, bool) {
        let Ok(datum) = Datum::of(state) else {
            return (format!("{state:?}").into_bytes(), false);
        };
        let mut least = Vec::new();
        let mut exchanged = false;
        write(&datum, &mut least, &mut |id| match self.ids.get(&id) {
            Some((kind, of)) if self.exchanges.len() > 1 => {
                exchanged = true;
                self.name(&self.exchanges[0], *kind, *of)
            }
            _ => id,
        });
        if exchanged {
            for exchange in &self.exchanges[1..] {
                let mut other = Vec::with_capacity(least.len());
                write(&datum, &mut other, &mut |id| match self.ids.get(&id) {
                    Some((kind, of)) => self.name(exchange, *kind, *of),
                    None => id,
                });
                if other < least {
                    least = other;
                }
            }
        }
        (least, exchanged)
    }

    #[allow(
        clippy::unused_self,
        reason = "it names ids as this set of exchanges does"
    )]
    fn name(&self, exchange: &[Vec<usize>], kind: usize, of: usize) -> Uuid {
        Uuid::from_u128(((kind as u128) << 64) | exchange[kind][of] as u128)
    }
}

/// Every combination of orders of the ids of each kind.
fn exchanges(kinds: usize, each: usize) -> Vec<Vec<Vec<usize>>> {
    let orders = orders(&(0..each).collect::<Vec<_>>());
    let mut all = vec![Vec::new()];
    for _ in 0..kinds {
        all = all
            .into_iter()
            .flat_map(|before| {
                orders.iter().map(move |order| {
                    let mut longer: Vec<Vec<usize>> = before.clone();
                    longer.push(order.clone());
                    longer
                })
            })
            .collect();
    }
    all
}

/// All orders of some numbers; the first is the one given.
fn orders(of: &[usize]) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for place in 0..of.len() {
        let mut rest = of.to_vec();
        let first = rest.remove(place);
        for mut order in orders(&rest) {
            order.insert(0, first);
            all.push(order);
        }
    }
    all
}

/// Writes a value so that different values differ; maps are sorted again, because an exchange of ids changes their order.
fn write(datum: &Datum, out: &mut Vec<u8>, name: &mut dyn FnMut(Uuid) -> Uuid) {
    let length = |out: &mut Vec<u8>, length: usize| {
        out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    };
    match datum {
        Datum::Bool(value) => out.extend([1, u8::from(*value)]),
        Datum::Int(_, value) => {
            out.push(2);
            out.extend_from_slice(&value.to_be_bytes());
        }
        Datum::Float(value) => {
            out.push(3);
            out.extend_from_slice(&value.to_bits().to_be_bytes());
        }
        Datum::Char(value) => {
            out.push(4);
            out.extend_from_slice(&u32::from(*value).to_be_bytes());
        }
        Datum::Str(text) => {
            out.push(5);
            length(out, text.len());
            out.extend_from_slice(text.as_bytes());
        }
        Datum::Bytes(bytes) => {
            out.push(6);
            length(out, bytes.len());
            out.extend_from_slice(bytes);
        }
        Datum::Option(None) => out.push(7),
        Datum::Option(Some(inner)) => {
            out.push(8);
            write(inner, out, name);
        }
        Datum::List(items) | Datum::Tuple(items) => {
            out.push(9);
            length(out, items.len());
            for item in items {
                write(item, out, name);
            }
        }
        Datum::Map(entries) => {
            out.push(10);
            length(out, entries.len());
            let mut written: Vec<Vec<u8>> = entries
                .iter()
                .map(|(key, value)| {
                    let mut entry = Vec::new();
                    write(key, &mut entry, name);
                    write(value, &mut entry, name);
                    entry
                })
                .collect();
            written.sort();
            for entry in &written {
                out.extend_from_slice(entry);
            }
        }
        Datum::Struct { fields, .. } => {
            out.push(11);
            length(out, fields.len());
            for (_, value) in fields {
                write(value, out, name);
            }
        }
        Datum::Variant { index, fields, .. } => {
            out.push(12);
            out.extend_from_slice(&index.to_be_bytes());
            for (_, value) in fields {
                write(value, out, name);
            }
        }
        Datum::Id(id) => {
            out.push(13);
            out.extend_from_slice(name(*id).as_bytes());
        }
        Datum::Timestamp(micros) => {
            out.push(14);
            out.extend_from_slice(&micros.to_be_bytes());
        }
        Datum::Duration(duration) => {
            out.push(15);
            out.extend_from_slice(&duration.as_nanos().to_be_bytes());
        }
    }
}
