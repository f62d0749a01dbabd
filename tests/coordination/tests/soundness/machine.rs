use lawful_check::coordination::{Arrival, Instance, Key, Machine};

/// A machine over a handful of states whose every part is chosen at random. It refuses what would break its invariant.
#[derive(Debug)]
pub(crate) struct Random {
    commands: Vec<Command>,
    /// By state: whether the invariant is broken there.
    broken: Vec<bool>,
}

#[derive(Debug)]
struct Command {
    kind: u8,
    key: Option<u8>,
    /// By state: whether the rules let it.
    accepted: Vec<bool>,
    /// By state: which event is recorded, if any.
    records: Vec<Option<u8>>,
    /// By event, then by state: what becomes of it.
    updates: Vec<Vec<u8>>,
}

/// What kind of machines are made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Family {
    /// Each command has one event, which changes the state in some way.
    Changes,
    /// Events hold the state that results.
    Results,
    /// Two kinds of commands, each for two keys, some of them silent in some states.
    Keyed,
}

/// Xorshift: the same numbers on every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn thrown(seed: u64) -> Self {
        Dice(0x9E37_79B9_7F4A_7C15 ^ seed)
    }

    fn below(&mut self, bound: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u8::try_from((self.0 >> 33) % u64::from(bound)).expect("a number of eight bits")
    }

    fn one_in(&mut self, odds: u8) -> bool {
        self.below(odds) == 0
    }
}

impl Random {
    pub(crate) fn new(dice: &mut Dice, family: Family) -> Self {
        let states = 3 + dice.below(4);
        let commands = match family {
            Family::Keyed => 4,
            Family::Changes | Family::Results => 2 + dice.below(3),
        };
        Random {
            commands: (0..commands)
                .map(|number| Command::new(dice, family, states, number))
                .collect(),
            broken: (0..states)
                .map(|state| state > 0 && dice.one_in(4))
                .collect(),
        }
    }

    /// The states that one replica alone reaches.
    pub(crate) fn reached(&self) -> Vec<u8> {
        let mut reached = vec![self.start()];
        let mut next = 0;
        while let Some(state) = reached.get(next).copied() {
            next += 1;
            for command in 0..self.commands.len() {
                if let Some(events) = self.decide(&state, command)
                    && let Arrival::Kept(after) = self.arrive(&state, command, &events)
                    && !reached.contains(&after)
                {
                    reached.push(after);
                }
            }
        }
        reached
    }

    /// The state after the events of two commands; `None` where the invariant is broken on the way.
    pub(crate) fn applied(
        &self,
        state: u8,
        first: (usize, &[u8]),
        second: (usize, &[u8]),
    ) -> Option<u8> {
        match self.arrive(&state, first.0, first.1) {
            Arrival::Kept(between) => match self.arrive(&between, second.0, second.1) {
                Arrival::Kept(after) => Some(after),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Command {
    fn new(dice: &mut Dice, family: Family, states: u8, number: u8) -> Self {
        let all = || 0..states;
        let mut at_random = || all().map(|_| dice.below(states)).collect::<Vec<_>>();
        let (updates, results) = match family {
            Family::Results => (
                all().map(|result| vec![result; states.into()]).collect(),
                Some(at_random()),
            ),
            Family::Changes | Family::Keyed => (vec![at_random()], None),
        };
        let is_keyed = matches!(family, Family::Keyed);
        let mut records = |state: u8| match &results {
            Some(results) => Some(results[usize::from(state)]),
            None => (!is_keyed || !dice.one_in(6)).then_some(0),
        };
        Command {
            kind: if is_keyed { number / 2 } else { number },
            key: is_keyed.then_some(number % 2),
            updates,
            records: all().map(&mut records).collect(),
            accepted: all().map(|_| !dice.one_in(3)).collect(),
        }
    }
}

impl Machine for Random {
    type State = u8;
    type Event = u8;

    fn start(&self) -> u8 {
        0
    }

    fn commands(&self) -> Vec<Instance> {
        let instance = |command: &Command| Instance {
            kind: command.kind.to_string(),
            keys: command.key.map(key).into_iter().collect(),
        };
        self.commands.iter().map(instance).collect()
    }

    fn decide(&self, state: &u8, command: usize) -> Option<Vec<u8>> {
        let chosen = &self.commands[command];
        let at = usize::from(*state);
        let events: Vec<u8> = chosen.records[at].into_iter().collect();
        let keeps = matches!(self.arrive(state, command, &events), Arrival::Kept(_));
        (chosen.accepted[at] && keeps).then_some(events)
    }

    fn arrive(&self, before: &u8, command: usize, events: &[u8]) -> Arrival<u8> {
        let updates = &self.commands[command].updates;
        let after = events.iter().fold(*before, |state, event| {
            updates[usize::from(*event)][usize::from(state)]
        });
        if self.broken[usize::from(after)] {
            Arrival::Broken {
                invariant: "it is allowed".to_owned(),
                after,
            }
        } else {
            Arrival::Kept(after)
        }
    }

    fn tell_state(&self, state: &u8) -> String {
        state.to_string()
    }

    fn tell_event(&self, event: &u8) -> String {
        event.to_string()
    }

    fn tell_command(&self, command: usize) -> String {
        let Command { kind, key, .. } = &self.commands[command];
        format!("{kind}({key:?})")
    }

    fn refusal(&self, _: &u8, _: usize) -> Vec<String> {
        vec!["it is refused there".to_owned()]
    }
}

fn key(value: u8) -> Key {
    Key {
        name: "key".to_owned(),
        of: "Key".to_owned(),
        value: value.to_string(),
    }
}
