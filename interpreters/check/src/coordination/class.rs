use super::machine::{Instance, Key};
use std::collections::BTreeMap;

/// Pairs of commands that differ in values alone: two kinds, and which of their arguments agree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class {
    /// Places in [`Classes::kinds`]; the first is not after the second.
    pub(super) kinds: (usize, usize),
    /// The arguments of one type, and whether they agree.
    pub(super) links: Vec<Link>,
}

/// An argument of the first command beside one of the second.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) first: String,
    pub(super) second: String,
    pub(super) of: String,
    pub(super) same: bool,
}

/// The classes of all pairs of a list of commands.
pub(super) struct Classes {
    /// Names of commands, in the order of their first instance.
    pub(super) kinds: Vec<String>,
    /// In order: by kinds, then by links.
    pub(super) list: Vec<Class>,
    kind_of: Vec<usize>,
    of: Vec<u32>,
}

impl Classes {
    pub(super) fn new(instances: &[Instance]) -> Self {
        let mut kinds: Vec<String> = Vec::new();
        let kind_of: Vec<usize> = instances
            .iter()
            .map(|instance| {
                let known = kinds.iter().position(|kind| *kind == instance.kind);
                known.unwrap_or_else(|| {
                    kinds.push(instance.kind.clone());
                    kinds.len() - 1
                })
            })
            .collect();
        let places = 0..instances.len();
        let all: Vec<Class> = places
            .clone()
            .flat_map(|one| places.clone().map(move |two| (one, two)))
            .map(|(one, two)| {
                let oriented = |one: usize, two: usize| Class {
                    kinds: (kind_of[one], kind_of[two]),
                    links: links(&instances[one].keys, &instances[two].keys),
                };
                oriented(one, two).min(oriented(two, one))
            })
            .collect();
        let mut numbers: BTreeMap<&Class, u32> = all.iter().map(|class| (class, 0)).collect();
        for (number, place) in (0..).zip(numbers.values_mut()) {
            *place = number;
        }
        let of = all.iter().map(|class| numbers[class]).collect();
        let list = numbers.into_keys().cloned().collect();
        Classes {
            kinds,
            list,
            kind_of,
            of,
        }
    }

    /// The class of two commands, by their places in the list.
    pub(super) fn of(&self, one: u32, two: u32) -> u32 {
        self.of[one as usize * self.kind_of.len() + two as usize]
    }

    /// The kind of a command.
    pub(super) fn kind(&self, command: u32) -> usize {
        self.kind_of[command as usize]
    }
}

fn links(one: &[Key], two: &[Key]) -> Vec<Link> {
    let pairs = one
        .iter()
        .flat_map(|first| two.iter().map(move |second| (first, second)));
    pairs
        .filter(|(first, second)| first.of == second.of)
        .map(|(first, second)| Link {
            first: first.name.clone(),
            second: second.name.clone(),
            of: first.of.clone(),
            same: first.value == second.value,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(kind: &str, keys: &[(&str, &str, &str)]) -> Instance {
        let key = |(name, of, value): &(&str, &str, &str)| Key {
            name: (*name).to_owned(),
            of: (*of).to_owned(),
            value: (*value).to_owned(),
        };
        Instance {
            kind: kind.to_owned(),
            keys: keys.iter().map(key).collect(),
        }
    }

    #[test]
    fn a_pair_has_one_class_in_either_order() {
        let classes = Classes::new(&[
            instance("move", &[("from", "Id", "a"), ("to", "Id", "b")]),
            instance("move", &[("from", "Id", "b"), ("to", "Id", "c")]),
            instance("open", &[("at", "Id", "a")]),
        ]);
        for (one, two) in [(0, 1), (0, 2), (1, 2)] {
            assert_eq!(classes.of(one, two), classes.of(two, one));
        }
        assert_ne!(classes.of(0, 2), classes.of(1, 2), "the same place or not");
    }

    #[test]
    fn arguments_of_different_types_are_not_compared() {
        let classes = Classes::new(&[
            instance("reserve", &[("seat", "Seat", "x")]),
            instance("name", &[("person", "Person", "x")]),
        ]);
        let class = &classes.list[classes.of(0, 1) as usize];
        assert_eq!(class.links, []);
    }
}
