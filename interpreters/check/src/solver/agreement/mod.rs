//! The terms say what the compiled code does: in every state that was explored, for every command, over aggregates that use all that
//! has a counterpart.

mod declared;

use super::run::Solver;
use super::sort::{Sort, constructor, number};
use super::term::{Check, Names, State, Term, Value};
use super::translate::Translator;
use super::{obligation, samples};
use crate::caught::caught;
use crate::interpreted::Call;
use crate::{Domains, Scope, explore};
use declared::{Light, Locker};
use lawful::{Aggregate, Datum};
use lawful_servers::Missing;

/// The term of a value.
fn ground(translator: &mut Translator<'_>, value: &Datum, sort: &Sort) -> Term {
    let text = match (value, sort) {
        (Datum::Bool(value), _) => value.to_string(),
        (Datum::Int(_, value), _) => number(*value),
        (Datum::Str(text), _) => return translator.text(text),
        (Datum::Option(None), Sort::Option(of)) => of.none(),
        (Datum::Option(Some(inner)), Sort::Option(of)) => {
            of.some(&ground(translator, inner, of).text)
        }
        (Datum::Map(entries), Sort::Map(key, held)) => {
            let mut text = format!("((as const {sort}) {})", held.none());
            for (at, value) in entries {
                let (at, value) = (ground(translator, at, key), ground(translator, value, held));
                text = format!("(store {text} {} {})", at.text, held.some(&value.text));
            }
            text
        }
        (Datum::List(items), Sort::Set(of)) => {
            let mut text = format!("((as const {sort}) false)");
            for item in items {
                let item = ground(translator, item, of);
                text = format!("(store {text} {} true)", item.text);
            }
            text
        }
        (Datum::Struct { fields, .. }, Sort::Declared(of)) => {
            let declared = &translator.sorts.shape(of).expect("declared").fields;
            made(translator, &constructor(of, ""), fields, declared)
        }
        (Datum::Variant { name, fields, .. }, Sort::Declared(of)) => {
            let shape = translator.sorts.shape(of).expect("declared");
            let variant = shape.variants.iter().find(|variant| variant.name == *name);
            let declared = &variant.expect("declared").fields;
            made(translator, &constructor(of, name), fields, declared)
        }
        (value, sort) => panic!("`{value}` as `{sort}`"),
    };
    Term::new(text, sort.clone())
}

fn made(
    translator: &mut Translator<'_>,
    name: &str,
    fields: &[(String, Datum)],
    declared: &[lawful::model::Field],
) -> String {
    if fields.is_empty() {
        return name.to_owned();
    }
    let mut text = format!("({name}");
    for ((_, value), field) in fields.iter().zip(declared) {
        let sort = translator.sorts.of(&field.ty);
        text.push(' ');
        text.push_str(&ground(translator, value, &sort).text);
    }
    text + ")"
}

fn state_of(translator: &mut Translator<'_>, state: &Datum) -> State {
    let model = translator.model;
    if !model.state.variants.is_empty() {
        let sort = Sort::Declared(model.state.name.to_string());
        return State::Whole(ground(translator, state, &sort));
    }
    let Datum::Struct { fields, .. } = state else {
        panic!("a struct: {state}");
    };
    let fields = fields.iter().zip(model.state.fields.iter());
    let fields = fields.map(|((name, value), field)| {
        let sort = translator.sorts.of(&field.ty);
        (name.clone(), ground(translator, value, &sort))
    });
    State::Fields(fields.collect())
}

fn conjunction(terms: impl IntoIterator<Item = String>) -> String {
    let terms: Vec<_> = terms.into_iter().collect();
    format!("(and true {})", terms.join(" "))
}

/// That all arithmetic stays within its type where it is evaluated.
fn within(checks: &[Check]) -> String {
    conjunction(checks.iter().map(|check| {
        let path = conjunction(check.path.iter().map(ToString::to_string));
        format!("(=> {path} {})", check.holds)
    }))
}

/// What must be true of the terms for one command in one state.
#[allow(
    clippy::too_many_lines,
    reason = "it follows a decision from its rules to its invariants"
)]
fn facts<A: Aggregate>(
    translator: &mut Translator<'_>,
    state: &A,
    command: &A::Command,
) -> Vec<String> {
    let model = A::model();
    let call = Call::of_command(command);
    let declared = model.command(&call.name).expect("declared");
    let before = Datum::of(state).expect("it serialises");
    let arguments = declared.parameters.iter().zip(&call.arguments);
    let arguments: Vec<(String, Value)> = arguments
        .map(|(parameter, (name, value))| {
            let sort = translator.sorts.of(&parameter.ty);
            (name.clone(), Value::Term(ground(translator, value, &sort)))
        })
        .collect();
    let names = Names {
        state: state_of(translator, &before),
        bound: arguments,
    };
    translator.checks.clear();
    translator.path.clear();
    let requires = translator
        .guards(&declared.requires, &names)
        .expect("it has a counterpart");
    let guards_within = within(&translator.checks);
    let Ok(proposed) = caught(|| state.propose(command)) else {
        // A panic: somewhere arithmetic leaves its type.
        translator.path = vec![requires];
        translator
            .paths(&declared.body, &names)
            .expect("it has a counterpart");
        return vec![format!("(not {})", within(&translator.checks))];
    };
    let mut facts = vec![guards_within];
    let Ok(events) = proposed else {
        facts.push(format!("(not {requires})"));
        return facts;
    };
    facts.push(requires.to_string());
    if !declared.unless.is_empty() {
        let silent = translator
            .guards(&declared.unless, &names)
            .expect("it has a counterpart");
        if events.is_empty() {
            facts.push(silent.to_string());
            return facts;
        }
        facts.push(format!("(not {silent})"));
    }
    translator.checks.clear();
    let paths = translator
        .paths(&declared.body, &names)
        .expect("it has a counterpart");
    let after = caught(|| {
        let mut after = state.clone();
        for event in &events {
            after.evolve(event);
        }
        after
    });
    let mut taken = Vec::new();
    for path in &paths {
        let here = conjunction(path.conditions.iter().map(ToString::to_string));
        taken.push(here.clone());
        translator.path.clone_from(&path.conditions);
        let end = translator
            .after(path, &names.state)
            .expect("it has a counterpart");
        let Ok(after) = &after else {
            continue;
        };
        facts.push(format!(
            "(=> {here} (= {} {}))",
            path.events.len(),
            events.len()
        ));
        let expected = Datum::of(after).expect("it serialises");
        let wanted = state_of(translator, &expected);
        let equal = match (end.clone(), wanted) {
            (State::Whole(one), State::Whole(two)) => vec![(one, two)],
            (State::Fields(one), State::Fields(two)) => one
                .into_iter()
                .zip(two)
                .map(|(one, two)| (one.1, two.1))
                .collect(),
            _ => panic!("two forms"),
        };
        let equal = equal
            .into_iter()
            .map(|(one, two)| format!("(= {} {})", one.text, two.text));
        facts.push(format!("(=> {here} {})", conjunction(equal)));
        for invariant in model.invariants.iter() {
            let step = invariant
                .parameters
                .first()
                .map(|named| (&*named.name, before.clone()));
            let step: Vec<_> = step.into_iter().collect();
            let holds =
                lawful::holds(model, &invariant.name, &expected, &step).expect("it is evaluated");
            let before = Value::State(names.state.clone());
            let arguments = if step.is_empty() {
                Vec::new()
            } else {
                vec![before]
            };
            let said = translator
                .call(&invariant.body, &invariant.parameters, arguments, &end)
                .and_then(Value::term)
                .expect("it has a counterpart");
            facts.push(format!("(=> {here} (= {} {holds}))", said.text));
        }
    }
    facts.push(format!("(or false {})", taken.join(" ")));
    let all_within = within(&translator.checks);
    facts.push(if after.is_ok() {
        all_within
    } else {
        format!("(not {all_within})")
    });
    facts
}

/// The facts that a solver does not take for true; each should be.
fn denied<A: Aggregate>(solver: &Solver, spoil: impl Fn(&str) -> String) -> (usize, Vec<String>) {
    let scope = Scope::new().budget(60).size(1);
    let found = explore(&Domains::<A>::derive(&scope).expect("values"));
    let samples = samples::<A>();
    let mut translator = Translator::new(A::model(), obligation::sorts(A::model(), &samples));
    let mut all = Vec::new();
    for state in found.states().iter().take(12) {
        for command in found.commands() {
            let facts = facts(&mut translator, state, command);
            all.push((
                format!("{command} in {state:?}"),
                spoil(&conjunction(facts)),
            ));
        }
    }
    let mut used: Vec<_> = A::model()
        .state
        .fields
        .iter()
        .map(|field| translator.sorts.of(&field.ty))
        .collect();
    used.push(Sort::Plain("Text".to_owned()));
    if !A::model().state.variants.is_empty() {
        used.push(Sort::Declared(A::model().state.name.to_string()));
    }
    used.extend(translator.made.iter().cloned());
    let mut script = vec!["(set-logic ALL)".to_owned()];
    script.extend(translator.sorts.declarations(&used));
    let texts: Vec<_> = (0..translator.texts.len())
        .map(|place| format!("text.{place}"))
        .collect();
    script.extend(
        texts
            .iter()
            .map(|text| format!("(declare-const {text} Text)")),
    );
    if texts.len() > 1 {
        script.push(format!("(assert (distinct {}))", texts.join(" ")));
    }
    for (_, fact) in &all {
        script.push(format!("(push)\n(assert (not {fact}))\n(check-sat)\n(pop)"));
    }
    let answer = solver.run(&script.join("\n")).expect("it answers");
    let answers: Vec<_> = answer.lines().collect();
    assert_eq!(
        answers.len(),
        all.len(),
        "{:?}",
        answers.iter().find(|line| line.contains("error"))
    );
    let wrong = all
        .iter()
        .zip(answers)
        .filter(|(_, answer)| *answer != "unsat");
    let wrong = wrong.map(|((of, fact), answer)| format!("{of}: {answer}: {fact}"));
    (all.len(), wrong.collect())
}

fn solver() -> Option<Solver> {
    let found = Solver::find().map(|solver| solver.timeout(std::time::Duration::from_mins(2)));
    if found.is_none() {
        let missing = Missing {
            program: "z3".to_owned(),
            package: "z3".to_owned(),
        };
        missing.report();
    }
    found
}

#[test]
fn terms_say_what_the_compiled_code_does() {
    let Some(solver) = solver() else { return };
    let unchanged = |fact: &str| fact.to_owned();
    let (facts, wrong) = denied::<Locker>(&solver, unchanged);
    assert!(facts > 200, "{facts}");
    assert_eq!(wrong.first(), None, "{} of {facts}", wrong.len());
    let (facts, wrong) = denied::<Light>(&solver, unchanged);
    assert!(facts > 10, "{facts}");
    assert_eq!(wrong.first(), None, "{} of {facts}", wrong.len());
    let (_, wrong) = denied::<bank::Account>(&solver, unchanged);
    assert_eq!(wrong.first(), None);
}

#[test]
fn a_term_that_says_something_else_is_seen() {
    let Some(solver) = solver() else { return };
    // A comparison that has lost its edge.
    let (_, wrong) = denied::<bank::Account>(&solver, |fact| {
        fact.replace("(<= amount", "(< amount")
            .replace("(>= ", "(> ")
    });
    assert!(!wrong.is_empty());
}

#[test]
fn everything_in_these_aggregates_has_a_counterpart() {
    let (_, gaps) = obligation::obligations(Locker::model(), &samples::<Locker>());
    assert_eq!(gaps, []);
    let (_, gaps) = obligation::obligations(Light::model(), &samples::<Light>());
    assert_eq!(gaps, []);
}
