//! Bodies as the canonical text of the model writes them.

use lawful::model::{
    CommandModel, EventModel, Expr, HelperModel, Parameter, RuleKind, RuleModel, Text,
};

/// What a rule says: `balance >= amount`.
pub(crate) fn rule(rule: &RuleModel) -> String {
    let shown = RuleModel {
        name: Text::Borrowed("r"),
        sentence: Text::default(),
        kind: RuleKind::Rule,
        parameters: rule.parameters.clone(),
        body: rule.body.clone(),
    };
    below(&shown.to_string(), &names(&rule.parameters))
}

/// What a command decides: `emits withdrawn(amount)`.
pub(crate) fn command(command: &CommandModel) -> String {
    let shown = CommandModel {
        name: Text::Borrowed("c"),
        doc: Text::default(),
        parameters: command.parameters.clone(),
        requires: Vec::new().into(),
        unless: Vec::new().into(),
        body: command.body.clone(),
    };
    below(&shown.to_string(), &names_and_types(&command.parameters))
}

/// What an event changes: `balance -= amount`.
pub(crate) fn event(event: &EventModel) -> String {
    let shown = EventModel {
        name: Text::Borrowed("e"),
        doc: Text::default(),
        version: 1,
        parameters: event.parameters.clone(),
        aliases: Vec::new().into(),
        upcasts: Vec::new().into(),
        update: event.update.clone(),
    };
    below(&shown.to_string(), &names_and_types(&event.parameters))
}

/// What a helper computes.
pub(crate) fn helper(helper: &HelperModel) -> String {
    let shown = HelperModel {
        name: Text::Borrowed("h"),
        ..helper.clone()
    };
    below(&shown.to_string(), &names(&helper.parameters))
}

/// A call with its arguments: `covers(amount)`; the name alone where there are none.
pub(crate) fn call(name: &str, arguments: &[Expr], parameters: &[Parameter]) -> String {
    let shown: Vec<String> = arguments
        .iter()
        .map(|argument| argument.shown(parameters).to_string())
        .collect();
    if shown.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({})", shown.join(", "))
    }
}

/// A name with what it takes: `withdraw(amount: Cents)`.
pub(crate) fn signature(name: &str, parameters: &[Parameter]) -> String {
    let given: Vec<String> = parameters
        .iter()
        .map(|parameter| format!("{}: {}", parameter.name, parameter.ty))
        .collect();
    if given.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({})", given.join(", "))
    }
}

/// The lines below the heading, without their indentation. A heading has more than one line only where a name or a type does.
fn below(shown: &str, heading: &[&Text]) -> String {
    let more: usize = heading.iter().map(|text| text.matches('\n').count()).sum();
    let lines = shown.split('\n').skip(1 + more);
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    lines.join("\n")
}

fn names(parameters: &[Parameter]) -> Vec<&Text> {
    parameters.iter().map(|parameter| &parameter.name).collect()
}

fn names_and_types(parameters: &[Parameter]) -> Vec<&Text> {
    let both = parameters
        .iter()
        .map(|parameter| [&parameter.name, &parameter.ty]);
    both.flatten().collect()
}
