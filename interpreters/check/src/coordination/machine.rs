use std::hash::Hash;

/// What the analysis needs of an aggregate: a machine that decides finitely many commands, each with its arguments.
///
/// Every declared aggregate is one, over the domains of its types; a test may bring its own.
pub trait Machine {
    /// What the decisions rest on. Equal states must behave equally.
    type State: Clone + Eq + Hash;
    /// What a decision records.
    type Event: Clone + PartialEq;

    /// The state before anything happened.
    fn start(&self) -> Self::State;

    /// The commands, by their place in this list from now on. The list never changes.
    fn commands(&self) -> Vec<Instance>;

    /// What a command records in this state; `None` where it is refused.
    fn decide(&self, state: &Self::State, command: usize) -> Option<Vec<Self::Event>>;

    /// What becomes of a state when the events of a command arrive, whether or not it would be accepted there.
    fn arrive(
        &self,
        before: &Self::State,
        command: usize,
        events: &[Self::Event],
    ) -> Arrival<Self::State>;

    /// How a story shows a state.
    fn tell_state(&self, state: &Self::State) -> String;

    /// How a story shows an event.
    fn tell_event(&self, event: &Self::Event) -> String;

    /// How a story shows a command.
    fn tell_command(&self, command: usize) -> String;

    /// Which rules refuse a command in this state, in the author's words. Asked only where one does.
    fn refusal(&self, state: &Self::State, command: usize) -> Vec<String>;

    /// Sentences about a state, of which the report says whether they stay true.
    fn facts(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether a fact, by its place in [`Machine::facts`], is true in this state; `None` where that cannot be told.
    fn holds(&self, state: &Self::State, fact: usize) -> Option<bool> {
        let _ = (state, fact);
        None
    }
}

/// A command with its arguments, as far as the analysis looks into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The command's name, without arguments.
    pub kind: String,
    /// The arguments that can be told apart and nothing else: ids, names, variants.
    pub keys: Vec<Key>,
}

/// An argument that commands can agree in: the same seat, the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The parameter's name.
    pub name: String,
    /// Its type. Arguments of different types are never compared.
    pub of: String,
    /// Its value.
    pub value: String,
}

/// What becomes of a state when events arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival<S> {
    /// Every invariant holds.
    Kept(S),
    /// An invariant is broken.
    Broken {
        /// The invariant's sentence.
        invariant: String,
        /// The state that breaks it.
        after: S,
    },
    /// The state lies outside of what is looked at, or cannot be computed.
    Outside,
}
