use crate::block::{Inline, Place, code, link, text};
use crate::content::{first_paragraph, id};
use crate::names::{self, words};
use crate::render::mermaid;
use lawful::model::{AggregateModel, RuleKind};
use lawful::{Datum, holds};
use lawful_check::Evidence;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The most boxes that a diagram has, unless the state itself is an enum with more variants.
const MOST_BOXES: usize = 12;

/// What tells the boxes of an enum state apart.
const VARIANT: &str = "form";

/// How an aggregate moves: its states, with those that answer a few questions alike drawn as one, and the commands between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagram {
    /// The aggregate's name.
    pub aggregate: String,
    /// What tells the boxes apart, in words.
    pub questions: Vec<String>,
    /// The boxes, in the order in which they were found; the first holds the state before anything happened.
    pub boxes: Vec<StateBox>,
    /// The arrows, in the order in which they were found.
    pub arrows: Vec<Arrow>,
    /// How far the search went.
    pub evidence: Evidence,
}

/// States that a diagram draws as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateBox {
    /// Unique in its diagram.
    pub id: String,
    /// What is so in all of them: an answer to each question.
    pub answers: Vec<String>,
}

/// Commands that lead from a state in one box to a state in another, or in the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrow {
    /// The place of the box that it leaves.
    pub from: usize,
    /// The place of the box that it comes to.
    pub to: usize,
    /// By name, in declared order.
    pub commands: Vec<String>,
}

impl Diagram {
    /// Draws what a search found: for each box the answers to the questions (`None`: not answered there), and the commands between
    /// boxes by their place in the model.
    pub(crate) fn new(
        model: &AggregateModel,
        mut questions: Vec<Question>,
        mut found: Vec<Vec<Option<Answer>>>,
        steps: &BTreeSet<(usize, usize, usize)>,
        evidence: Evidence,
    ) -> Self {
        for place in (0..questions.len()).rev() {
            if found.iter().any(|answers| answers[place].is_none()) {
                forget(place, &mut questions, &mut found);
            }
        }
        // What was asked last says the least: rules are written down in the order in which they matter.
        while distinct(&found).len() > MOST_BOXES && questions.len() > 1 {
            forget(questions.len() - 1, &mut questions, &mut found);
        }
        let boxes = distinct(&found);
        let place = |of: usize| boxes.iter().position(|one| *one == found[of]);
        let mut arrows: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
        for (from, command, to) in steps {
            if let (Some(from), Some(to)) = (place(*from), place(*to)) {
                arrows.entry((from, to)).or_default().insert(*command);
            }
        }
        let arrows = arrows.into_iter().map(|((from, to), commands)| {
            let commands = commands
                .into_iter()
                .map(|command| &model.commands[command].name);
            Arrow {
                from,
                to,
                commands: commands.map(ToString::to_string).collect(),
            }
        });
        Diagram {
            aggregate: model.name.clone().into_owned(),
            questions: questions.iter().map(Question::words).collect(),
            arrows: arrows.collect(),
            boxes: boxes.iter().map(|answers| StateBox::new(answers)).collect(),
            evidence,
        }
    }

    /// What the boxes stand for, and how far the search went.
    pub(crate) fn about(&self) -> String {
        let boxes = match &*self.questions {
            [] => "All states are drawn as one: no rule without parameters and no field tells them apart.".to_owned(),
            [variant] if variant == VARIANT => "Each of these is a form that it takes.".to_owned(),
            questions => format!("States that agree on these are drawn as one: {}.", questions.join("; ")),
        };
        let more = match self.evidence {
            Evidence::Complete { .. } => "",
            _ => " There may be ways that are not shown.",
        };
        format!(
            "{boxes} Found by trying the commands: {}.{more}",
            self.evidence
        )
    }

    /// The diagram in Mermaid.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let evidence = match &self.evidence {
            Evidence::Complete { states } => format!("complete, {states} states"),
            Evidence::Bounded { states, .. } => format!("bounded, {states} states"),
            other => other.to_string(),
        };
        let title = format!("{}: {evidence}", words(&self.aggregate));
        let title = serde_json::Value::from(mermaid::plain(&title));
        let mut out = format!("---\ntitle: {title}\n---\nstateDiagram-v2");
        for one in &self.boxes {
            let label = mermaid::label(&one.name());
            let _ = write!(out, "\n  state \"{label}\" as {}", one.id);
        }
        if let Some(first) = self.boxes.first() {
            let _ = write!(out, "\n  [*] --> {}", first.id);
        }
        let id = |place: usize| self.boxes.get(place).map_or("?", |one| &one.id);
        for arrow in &self.arrows {
            let (from, to) = (id(arrow.from), id(arrow.to));
            let commands: Vec<String> = arrow.commands.iter().map(|name| words(name)).collect();
            let commands = mermaid::label(&commands.join(", "));
            // Loops would run over one another: what leads nowhere else stands in the box.
            let _ = if arrow.from == arrow.to {
                write!(out, "\n  {from} : stays with {commands}")
            } else {
                write!(out, "\n  {from} --> {to} : {commands}")
            };
        }
        out
    }

    /// The same as places with ways between them.
    pub(crate) fn places(&self, aggregate: &AggregateModel) -> Vec<Place> {
        let places = self.boxes.iter().enumerate().map(|(index, one)| {
            let ways = self.arrows.iter().filter(|arrow| arrow.from == index);
            let ways = ways.map(|arrow| (self.by(arrow, aggregate), arrow.to));
            Place {
                id: id(&[&self.aggregate, "state", &one.id]),
                name: names::capital(&one.name()),
                ways: ways.collect(),
            }
        });
        places.collect()
    }

    fn by(&self, arrow: &Arrow, aggregate: &AggregateModel) -> Vec<Inline> {
        let mut line = Vec::new();
        for (index, command) in arrow.commands.iter().enumerate() {
            if index > 0 {
                line.push(text(", "));
            }
            let known = aggregate.command(command).is_some();
            line.push(if known {
                link(
                    &id(&[&self.aggregate, "command", command]),
                    vec![text(words(command))],
                )
            } else {
                code(command.clone())
            });
        }
        line
    }
}

impl StateBox {
    fn new(answers: &[Option<Answer>]) -> Self {
        let answers: Vec<&Answer> = answers.iter().flatten().collect();
        let ids: Vec<&str> = answers.iter().map(|(id, _)| &**id).collect();
        StateBox {
            id: if ids.is_empty() {
                "any".to_owned()
            } else {
                ids.join("__")
            },
            answers: answers.iter().map(|(_, words)| words.clone()).collect(),
        }
    }

    fn name(&self) -> String {
        if self.answers.is_empty() {
            "any state".to_owned()
        } else {
            self.answers.join("; ")
        }
    }
}

/// Asks one question less.
fn forget(place: usize, questions: &mut Vec<Question>, found: &mut [Vec<Option<Answer>>]) {
    questions.remove(place);
    for answers in found {
        answers.remove(place);
    }
}

/// The answers that differ, in the order in which they come.
fn distinct(found: &[Vec<Option<Answer>>]) -> Vec<Vec<Option<Answer>>> {
    let mut distinct: Vec<Vec<Option<Answer>>> = Vec::new();
    for answers in found {
        if !distinct.contains(answers) {
            distinct.push(answers.clone());
        }
    }
    distinct
}

/// What tells states apart.
pub(crate) enum Question {
    /// The variant of an enum state.
    Variant,
    /// A rule without parameters: its name and sentence.
    Rule(String, String),
    /// A field of a struct state.
    Field(String),
}

/// An answer: a part of an id, and words.
pub(crate) type Answer = (String, String);

/// What can be asked of every state: the variant, or else rules without parameters, or else fields. `initial` is the state before
/// anything happened.
pub(crate) fn questions(model: &AggregateModel, initial: &Datum) -> Vec<Question> {
    if !model.state.variants.is_empty() {
        return vec![Question::Variant];
    }
    let rules = model
        .rules
        .iter()
        .filter(|rule| rule.kind == RuleKind::Rule && rule.parameters.is_empty());
    let rules = rules.map(|rule| {
        let sentence = first_paragraph(&rule.sentence);
        let sentence = if sentence.is_empty() {
            words(&rule.name)
        } else {
            sentence
        };
        Question::Rule(rule.name.clone().into_owned(), sentence)
    });
    let fields = model.state.fields.iter();
    let fields = fields.map(|field| Question::Field(field.name.clone().into_owned()));
    let is_answered = |question: &Question| question.answer(model, initial).is_some();
    let rules: Vec<Question> = rules.filter(is_answered).collect();
    if rules.is_empty() {
        fields.filter(is_answered).collect()
    } else {
        rules
    }
}

impl Question {
    fn words(&self) -> String {
        match self {
            Question::Variant => VARIANT.to_owned(),
            Question::Rule(_, sentence) => sentence.clone(),
            Question::Field(field) => words(field),
        }
    }

    pub(crate) fn answer(&self, model: &AggregateModel, state: &Datum) -> Option<Answer> {
        match (self, state) {
            (Question::Variant, Datum::Variant { name, .. }) => {
                Some((names::id(&[name], "_"), words(name)))
            }
            (Question::Rule(name, sentence), state) => {
                let id = names::id(&[name], "_");
                let holds = holds(model, name, state, &[]).ok()?;
                Some(if holds {
                    (id, sentence.clone())
                } else {
                    (format!("not_{id}"), format!("not: {sentence}"))
                })
            }
            (Question::Field(field), Datum::Struct { fields, .. }) => {
                let (_, value) = fields.iter().find(|(name, _)| name == field)?;
                let (id, said) = of_field(value)?;
                let (field, id) = (names::id(&[field], "_"), names::id(&[&id], "_"));
                Some((format!("{field}_{id}"), format!("{} {said}", words(&field))))
            }
            (Question::Variant | Question::Field(_), _) => None,
        }
    }
}

/// What can be said of a field in few words; `None` for numbers and the like, of which there are too many.
fn of_field(value: &Datum) -> Option<Answer> {
    let (id, said) = match value {
        Datum::Bool(true) => ("true", "is true"),
        Datum::Bool(false) => ("false", "is false"),
        Datum::Option(Some(_)) => ("set", "is set"),
        Datum::Option(None) => ("unset", "is not set"),
        Datum::List(elements) if elements.is_empty() => ("empty", "is empty"),
        Datum::Map(entries) if entries.is_empty() => ("empty", "is empty"),
        Datum::List(_) | Datum::Map(_) => ("filled", "is not empty"),
        Datum::Variant { name, .. } => return Some((name.clone(), format!("is {}", words(name)))),
        _ => return None,
    };
    Some((id.to_owned(), said.to_owned()))
}
