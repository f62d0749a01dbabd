//! A search that is made for diagrams.
//!
//! An exact search goes through all states with one event before it looks at any with two, and where commands take many values it ends
//! long before the last box of a diagram was entered. This one tries the same commands, but goes on wherever the fewest states of a box
//! were looked at.

use crate::diagram::{Answer, Diagram, Question, questions};
use lawful::{Aggregate, Command, Datum};
use lawful_check::{Domains, Evidence};
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// In how many states of a box every command is tried.
const EACH: usize = 16;

/// In how many states of all boxes.
const ALL: usize = 400;

/// How many states of a box wait at most.
const WAITING: usize = 256;

/// Draws the states of an aggregate.
pub(crate) fn draw<A: Aggregate>(domains: &Domains<A>) -> Diagram {
    let initial = Datum::of(&A::default()).unwrap_or(Datum::UNIT);
    let mut search = Search {
        questions: questions(A::model(), &initial),
        boxes: Vec::new(),
        known: HashSet::new(),
        steps: BTreeSet::new(),
        is_cut: false,
        defects: 0,
    };
    search.enter(A::default());
    let mut tried = 0;
    while tried < ALL
        && let Some((from, state)) = search.next()
    {
        search.expand(from, &state, domains.commands());
        tried += 1;
    }
    let evidence = search.evidence(domains);
    let found = search.boxes.into_iter().map(|one| one.answers).collect();
    Diagram::new(A::model(), search.questions, found, &search.steps, evidence)
}

struct Search<A> {
    questions: Vec<Question>,
    boxes: Vec<Found<A>>,
    /// Every state that was met, as JSON: a state need not be hashable.
    known: HashSet<String>,
    /// From which box, by which command, to which box.
    steps: BTreeSet<(usize, usize, usize)>,
    /// Whether a state was passed over because too many were waiting.
    is_cut: bool,
    /// How often user code panicked.
    defects: usize,
}

struct Found<A> {
    answers: Vec<Option<Answer>>,
    waiting: VecDeque<A>,
    tried: usize,
}

impl<A: Aggregate> Search<A> {
    /// The box of a state, which waits there if it is new.
    fn enter(&mut self, state: A) -> usize {
        let datum = Datum::of(&state).unwrap_or(Datum::UNIT);
        let questions = self.questions.iter();
        let answers: Vec<_> = questions
            .map(|one| one.answer(A::model(), &datum))
            .collect();
        let known = self.boxes.iter().position(|one| one.answers == answers);
        let place = known.unwrap_or_else(|| {
            self.boxes.push(Found {
                answers,
                waiting: VecDeque::new(),
                tried: 0,
            });
            self.boxes.len() - 1
        });
        let found = &mut self.boxes[place];
        let key = serde_json::to_string(&state).unwrap_or_else(|_| format!("{state:?}"));
        if self.known.contains(&key) {
            return place;
        }
        if found.waiting.len() < WAITING {
            found.waiting.push_back(state);
            self.known.insert(key);
        } else {
            self.is_cut = true;
        }
        place
    }

    /// A state of the box in which the fewest were tried: the earliest and the latest that wait there, in turn.
    fn next(&mut self) -> Option<(usize, A)> {
        let open = self.boxes.iter_mut().enumerate();
        let open = open.filter(|(_, one)| one.tried < EACH && !one.waiting.is_empty());
        let (place, found) = open.min_by_key(|(_, one)| one.tried)?;
        found.tried += 1;
        let state = if found.tried % 2 == 1 {
            found.waiting.pop_front()
        } else {
            found.waiting.pop_back()
        };
        state.map(|state| (place, state))
    }

    /// Tries every command in a state.
    fn expand(&mut self, from: usize, state: &A, commands: &[A::Command]) {
        for command in commands {
            // What panics is reported by the check; here it leads nowhere.
            let after = catch_unwind(AssertUnwindSafe(|| {
                let events = state
                    .decide(command)
                    .ok()
                    .filter(|events| !events.is_empty())?;
                let mut after = state.clone();
                for event in &events {
                    after.evolve(event);
                }
                Some(after)
            }));
            match after {
                Ok(Some(after)) => {
                    let to = self.enter(after);
                    let names = A::model().commands.iter();
                    if let Some(place) = names
                        .map(|one| &one.name)
                        .position(|name| name == command.name())
                    {
                        self.steps.insert((from, place, to));
                    }
                }
                Ok(None) => {}
                Err(_) => self.defects += 1,
            }
        }
    }

    fn evidence(&self, domains: &Domains<A>) -> Evidence {
        let states = self.known.len();
        let mut bounds = Vec::new();
        if self.is_cut || self.boxes.iter().any(|one| !one.waiting.is_empty()) {
            bounds.push(format!(
                "commands were tried in at most {EACH} states of each kind"
            ));
        }
        bounds.extend(domains.cut().iter().cloned());
        if self.defects > 0 {
            bounds.push(format!("{} commands panicked", self.defects));
        }
        if bounds.is_empty() {
            Evidence::Complete { states }
        } else {
            let bound = bounds.join("; ");
            Evidence::Bounded { states, bound }
        }
    }
}
