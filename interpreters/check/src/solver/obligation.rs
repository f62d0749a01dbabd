//! What is to be proved of each command, and the question that is put to a solver.

use super::Reason;
use super::sort::{Sort, Sorts, TEXT};
use super::term::{Check, Names, State, Term, Translated, Value, all, negated};
use super::translate::Translator;
use crate::interpreted::Call;
use lawful::IntType;
use lawful::model::{AggregateModel, CommandModel, Guard, RuleKind, RuleModel};
use serde::Serialize;
use std::fmt::{Display, Formatter};
use std::rc::Rc;

/// Something to be proved of a command, for all states and values.
#[derive(Debug, Clone)]
pub struct Obligation {
    /// The command's name in snake case.
    pub command: String,
    /// What is claimed.
    pub claim: Claim,
    /// The question in SMT-LIB 2, whole: a solver answers `unsat` or `sat`, and then with values.
    pub script: String,
    pub(super) variables: Vec<Variable>,
    pub(super) texts: Vec<String>,
}

/// What is claimed of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Claim {
    /// Its rules alone see to it that this invariant is kept, from every state that keeps all invariants. `unsat` proves it.
    Keeps(String),
    /// This arithmetic stays within the ends of its type. `unsat` proves it.
    StaysWithin {
        /// As written: `balance + amount`.
        expression: String,
        /// The type: `i64`.
        ty: String,
    },
    /// This entry of `requires` refuses something that all the others would accept. `sat` shows it; `unsat` proves that the others imply
    /// it.
    Refuses(String),
    /// Its rules can all hold. `sat` shows it; `unsat` proves that it is never accepted, and then nothing else is worth much.
    Accepts,
}

/// What has no counterpart in the logic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What it is about: `command withdraw`.
    pub what: String,
    /// Why.
    pub why: String,
}

/// A name in the question.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) symbol: String,
    pub(super) sort: Sort,
    pub(super) place: Place,
}

/// What a name in the question stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Field(String),
    State,
    Parameter(String),
}

impl Display for Claim {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Claim::Keeps(invariant) => write!(f, "its rules keep {invariant}"),
            Claim::StaysWithin { expression, ty } => {
                write!(f, "`{expression}` stays within {ty}")
            }
            Claim::Refuses(clause) => write!(f, "`{clause}` refuses what the other rules accept"),
            Claim::Accepts => f.write_str("its rules can all hold"),
        }
    }
}

/// The obligations of every command, in declared order, and what could not be said.
pub(super) fn obligations(model: &AggregateModel, samples: &[Call]) -> (Vec<Obligation>, Vec<Gap>) {
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for command in model.commands.iter() {
        Builder::new(model, command, sorts(model, samples)).build(&mut found, &mut gaps);
    }
    let mut known: Vec<Gap> = Vec::new();
    for gap in gaps {
        if !known.contains(&gap) {
            known.push(gap);
        }
    }
    (found, known)
}

/// The types of a model, as far as its declarations and these commands tell them.
pub(super) fn sorts<'m>(model: &'m AggregateModel, samples: &[Call]) -> Sorts<'m> {
    let mut sorts = Sorts::new(model);
    for call in samples {
        let of = model.command(&call.name);
        let parameters = of.map_or(&[][..], |command| &command.parameters);
        for (parameter, (_, value)) in parameters.iter().zip(&call.arguments) {
            sorts.learn(&parameter.ty, value);
        }
    }
    sorts
}

/// Puts the questions about one command together.
struct Builder<'m> {
    model: &'m AggregateModel,
    command: &'m CommandModel,
    translator: Translator<'m>,
    variables: Vec<Variable>,
    names: Names,
    /// What is known of every state and every value.
    known: Vec<Rc<str>>,
    clauses: Vec<Clause>,
}

/// An entry of `requires`.
struct Clause {
    shown: String,
    holds: Rc<str>,
    /// How many of the entries before it must hold before it is looked at; all, for an entry of `then`.
    after: usize,
}

impl<'m> Builder<'m> {
    fn new(model: &'m AggregateModel, command: &'m CommandModel, sorts: Sorts<'m>) -> Self {
        let mut variables = Vec::new();
        let mut variable = |symbol: String, sort: Sort, place: Place| {
            let term = Term::new(symbol.clone(), sort.clone());
            variables.push(Variable {
                symbol,
                sort,
                place,
            });
            term
        };
        let state = if model.state.variants.is_empty() {
            let fields = model.state.fields.iter().map(|field| {
                let (name, sort) = (field.name.to_string(), sorts.of(&field.ty));
                let term = variable(format!("self.{name}"), sort, Place::Field(name.clone()));
                (name, term)
            });
            State::Fields(fields.collect())
        } else {
            let sort = Sort::Declared(model.state.name.to_string());
            State::Whole(variable("self".to_owned(), sort, Place::State))
        };
        let parameters = command.parameters.iter().map(|parameter| {
            let (name, sort) = (parameter.name.to_string(), sorts.of(&parameter.ty));
            let term = variable(symbol_of(&name), sort, Place::Parameter(name.clone()));
            (name, Value::Term(term))
        });
        let bound = parameters.collect();
        Builder {
            model,
            command,
            names: Names { state, bound },
            translator: Translator::new(model, sorts),
            variables,
            known: Vec::new(),
            clauses: Vec::new(),
        }
    }

    fn build(mut self, found: &mut Vec<Obligation>, gaps: &mut Vec<Gap>) {
        let about = format!("command {}", self.command.name);
        let gap = |gaps: &mut Vec<Gap>, what: &str, why: Reason| {
            let (what, why) = (what.to_owned(), why.0);
            gaps.push(Gap { what, why });
        };
        for variable in &self.variables {
            let within = self
                .translator
                .sorts
                .within(&variable.symbol, &variable.sort, 4);
            self.known.extend(within.into_iter().map(Rc::from));
        }
        for invariant in self.invariants(RuleKind::Invariant) {
            match self.invariant(invariant, &self.names.state.clone(), None) {
                Ok(holds) => self.known.push(holds),
                Err(why) => gap(gaps, &format!("invariant {}", invariant.name), why),
            }
        }
        // Whether invariants can be evaluated is asked where they are looked at: after the events.
        self.translator.checks.clear();
        self.read_clauses(&self.command.requires, 0, gaps, &about);
        let clauses = self.clauses.iter();
        let mut path: Vec<_> = clauses.map(|clause| clause.holds.clone()).collect();
        found.push(self.obligation(Claim::Accepts, &path));
        for place in 0..self.clauses.len() {
            found.push(self.refuses(place));
        }
        if !self.command.unless.is_empty() {
            self.translator.path.clone_from(&path);
            match self.translator.guards(&self.command.unless, &self.names) {
                Ok(silent) => path.push(negated(&silent)),
                Err(why) => gap(gaps, &about, why),
            }
        }
        self.translator.path = path;
        let keeps = self.keeps(gaps);
        let checks = std::mem::take(&mut self.translator.checks);
        match keeps {
            Ok(keeps) => found.extend(keeps),
            Err(why) => gap(gaps, &about, why),
        }
        found.extend(self.stay_within(&checks));
    }

    fn invariants(&self, kind: RuleKind) -> Vec<&'m RuleModel> {
        let of = |rule: &&RuleModel| rule.kind == kind;
        self.model.invariants.iter().filter(of).collect()
    }

    fn invariant(
        &mut self,
        invariant: &RuleModel,
        state: &State,
        before: Option<&State>,
    ) -> Translated<Rc<str>> {
        let arguments = before.cloned().map(Value::State).into_iter().collect();
        let value =
            self.translator
                .call(&invariant.body, &invariant.parameters, arguments, state)?;
        Ok(value.term()?.into_sort(&Sort::Bool)?.text)
    }

    fn read_clauses(&mut self, guards: &[Guard], after: usize, gaps: &mut Vec<Gap>, about: &str) {
        for guard in guards {
            if let Guard::Then(inner) = guard {
                self.read_clauses(inner, self.clauses.len(), gaps, about);
                continue;
            }
            let before = self.clauses[..after].iter();
            self.translator.path = before.map(|clause| clause.holds.clone()).collect();
            match self.translator.guard(guard, &self.names) {
                Ok(holds) => self.clauses.push(Clause {
                    shown: guard.to_string(),
                    holds,
                    after,
                }),
                Err(Reason(why)) => gaps.push(Gap {
                    what: about.to_owned(),
                    why,
                }),
            }
        }
    }

    /// Whether an entry refuses what the others accept. Entries that are looked at only after it say nothing here.
    fn refuses(&mut self, place: usize) -> Obligation {
        let clause = &self.clauses[place];
        let others = self.clauses.iter().enumerate();
        let others = others.filter(|(other, known)| *other != place && known.after <= place);
        let mut asserted: Vec<_> = others.map(|(_, other)| other.holds.clone()).collect();
        asserted.push(negated(&clause.holds));
        let claim = Claim::Refuses(clause.shown.clone());
        self.obligation(claim, &asserted)
    }

    /// Whether each invariant is kept, on every way through the body.
    fn keeps(&mut self, gaps: &mut Vec<Gap>) -> Translated<Vec<Obligation>> {
        let guards = self.translator.path.clone();
        let paths = self.translator.paths(&self.command.body, &self.names)?;
        let mut broken: Vec<(String, Vec<Rc<str>>)> = Vec::new();
        for path in paths.iter().filter(|path| !path.events.is_empty()) {
            let way = [&guards[..], &path.conditions].concat();
            self.translator.path.clone_from(&way);
            let before = self.names.state.clone();
            let after = self.translator.after(path, &before)?;
            for invariant in self.model.invariants.iter() {
                let step = (invariant.kind == RuleKind::Step).then_some(&before);
                let name = invariant.name.to_string();
                match self.invariant(invariant, &after, step) {
                    Ok(holds) => {
                        let here = all(way.iter().cloned().chain([negated(&holds)]));
                        match broken.iter_mut().find(|(known, _)| *known == name) {
                            Some((_, ways)) => ways.push(here),
                            None => broken.push((name, vec![here])),
                        }
                    }
                    Err(Reason(why)) => gaps.push(Gap {
                        what: format!("invariant {name}"),
                        why,
                    }),
                }
            }
        }
        let each = broken.into_iter();
        Ok(each
            .map(|(name, ways)| self.obligation(Claim::Keeps(name), &[any(&ways)]))
            .collect())
    }

    /// Whether arithmetic stays within its type, wherever the same expression stands.
    fn stay_within(&mut self, checks: &[Check]) -> Vec<Obligation> {
        let mut each: Vec<(String, IntType, Vec<Rc<str>>)> = Vec::new();
        for check in checks {
            let leaves = check.path.iter().cloned().chain([negated(&check.holds)]);
            let leaves = all(leaves);
            let known = each
                .iter_mut()
                .find(|(shown, width, _)| *shown == check.shown && *width == check.width);
            match known {
                Some((.., ways)) => ways.push(leaves),
                None => each.push((check.shown.clone(), check.width, vec![leaves])),
            }
        }
        each.into_iter()
            .map(|(expression, width, ways)| {
                let ty = width.name().to_owned();
                self.obligation(Claim::StaysWithin { expression, ty }, &[any(&ways)])
            })
            .collect()
    }

    fn obligation(&mut self, claim: Claim, asserted: &[Rc<str>]) -> Obligation {
        let answer = match &claim {
            Claim::Keeps(_) | Claim::StaysWithin { .. } => {
                "unsat: it always holds. sat: the values break it"
            }
            Claim::Refuses(_) => "sat: the values show it. unsat: the other rules imply it",
            Claim::Accepts => "sat: the values show it. unsat: it is never accepted",
        };
        let mut lines = vec![
            format!("; {} of {}: {claim}", self.command.name, self.model.name),
            format!("; {answer}"),
            "(set-logic ALL)".to_owned(),
        ];
        let mut used: Vec<_> = self
            .variables
            .iter()
            .map(|known| known.sort.clone())
            .collect();
        used.extend(self.translator.made.iter().cloned());
        let texts = &self.translator.texts;
        if !texts.is_empty() {
            used.push(Sort::Plain(TEXT.to_owned()));
        }
        lines.extend(self.translator.sorts.declarations(&used));
        for (place, text) in texts.iter().enumerate() {
            let shown = format!("{text:?}");
            lines.push(format!("(declare-const text.{place} Text) ; {shown}"));
        }
        if texts.len() > 1 {
            let all: Vec<_> = (0..texts.len())
                .map(|place| format!(" text.{place}"))
                .collect();
            lines.push(format!("(assert (distinct{}))", all.concat()));
        }
        for Variable { symbol, sort, .. } in &self.variables {
            lines.push(format!("(declare-const {symbol} {sort})"));
        }
        lines.push("; the ends of types, and the invariants of the state before".to_owned());
        lines.extend(self.known.iter().map(|known| format!("(assert {known})")));
        lines.push("; the question".to_owned());
        lines.extend(asserted.iter().map(|term| format!("(assert {term})")));
        lines.push("(check-sat)".to_owned());
        let symbols = self.variables.iter().map(|known| known.symbol.clone());
        let texts_too = (0..texts.len()).map(|place| format!("text.{place}"));
        let symbols: Vec<_> = symbols.chain(texts_too).collect();
        if !symbols.is_empty() {
            lines.push(format!("(get-value ({}))", symbols.join(" ")));
        }
        Obligation {
            command: self.command.name.to_string(),
            claim,
            script: lines.join("\n") + "\n",
            variables: self.variables.clone(),
            texts: texts.clone(),
        }
    }
}

fn any(ways: &[Rc<str>]) -> Rc<str> {
    match ways {
        [way] => way.clone(),
        ways => format!("(or {})", ways.join(" ")).into(),
    }
}

/// A name that SMT-LIB does not use itself.
fn symbol_of(parameter: &str) -> String {
    match parameter {
        "and" | "or" | "not" | "xor" | "ite" | "distinct" | "select" | "store" | "div" | "mod"
        | "abs" | "par" | "is" | "exists" | "forall" | "assert" | "lambda" | "self" | "to_real"
        | "to_int" | "is_int" | "repeat" | "map" | "default" | "implies" | "iff" | "min"
        | "max" | "set" | "subset" | "union" | "intersection" | "complement" | "push" | "pop"
        | "echo" | "reset" | "exit" => {
            format!("parameter.{parameter}")
        }
        name => name.to_owned(),
    }
}
