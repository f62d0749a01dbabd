use super::Writer;
use super::layout::Role;
use crate::model::{
    AggregateModel, CommandModel, EventModel, Expr, Field, HelperModel, Parameter, RuleKind,
    RuleModel, StateModel, Text, Variant,
};
use std::fmt::{Display, Formatter};

impl Display for AggregateModel {
    /// The whole declaration, a line or more for each of its parts.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "aggregate {}{}", self.name, sentence(&self.doc))?;
        write!(f, "\n  state {}", self.state.shown())?;
        for value in self.state.all_values() {
            write!(f, "\n  value {}{}", value.name, Declared(value))?;
        }
        if let Some(events) = self.snapshot {
            write!(f, "\n  snapshot each {events} events")?;
        }
        for rule in self.rules.iter() {
            write!(f, "\n{rule}")?;
        }
        for (path, rule) in self.free_rules() {
            write!(f, "\n{}", rule_lines(path, rule))?;
        }
        for invariant in self.invariants.iter() {
            write!(f, "\n{invariant}")?;
        }
        for (name, value) in self.constants() {
            write!(f, "\n  constant {name} = {value}")?;
        }
        for helper in self.helpers.iter() {
            write!(f, "\n{helper}")?;
        }
        for command in self.commands.iter() {
            write!(f, "\n{command}")?;
        }
        for event in self.events.iter() {
            write!(f, "\n{event}")?;
        }
        Ok(())
    }
}

impl Display for RuleModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&rule_lines(&self.name, self))
    }
}

impl Display for HelperModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let changing = if self.mutates { "changing " } else { "" };
        let (name, names) = (&self.name, Names(&self.parameters));
        writeln!(f, "  {changing}helper {name}{names}")?;
        let role = if self.mutates {
            Role::Statement
        } else {
            Role::Value
        };
        f.write_str(&body(&self.parameters, &self.body, role))
    }
}

impl Display for CommandModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (name, doc) = (&self.name, sentence(&self.doc));
        writeln!(f, "  command {name}{}{doc}", Typed(&self.parameters))?;
        let mut writer = Writer::new(&self.parameters, &[&self.body]);
        for (word, guards) in [("requires ", &self.requires), ("unless ", &self.unless)] {
            if !guards.is_empty() {
                writer.line(2, |writer| {
                    writer.text(word);
                    writer.guards(guards);
                });
            }
        }
        writer.command = true;
        writer.lines(&self.body, Role::Emits, 2);
        f.write_str(writer.out.trim_end())
    }
}

impl Display for EventModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (name, version, doc) = (&self.name, self.version, sentence(&self.doc));
        let space = if self.parameters.is_empty() { "" } else { " " };
        writeln!(
            f,
            "  event {name} v{version}{space}{}{doc}",
            Typed(&self.parameters)
        )?;
        for alias in self.aliases.iter() {
            writeln!(f, "    alias {alias}")?;
        }
        for upcast in self.upcasts.iter() {
            writeln!(f, "    upcast {} with {}", upcast.from, upcast.path)?;
        }
        f.write_str(&body(&self.parameters, &self.update, Role::Statement))
    }
}

fn rule_lines(name: &str, rule: &RuleModel) -> String {
    let kind = match rule.kind {
        RuleKind::Rule => "rule",
        RuleKind::Invariant => "invariant",
        RuleKind::Step => "step invariant",
    };
    let (names, sentence) = (Names(&rule.parameters), sentence(&rule.sentence));
    let body = body(&rule.parameters, &rule.body, Role::Value);
    format!("  {kind} {name}{names}{sentence}\n{body}")
}

fn body(parameters: &[Parameter], body: &Expr, role: Role) -> String {
    let mut writer = Writer::new(parameters, &[body]);
    writer.lines(body, role, 2);
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

/// The first paragraph of a doc comment on one line, after a colon.
pub(super) fn sentence(doc: &str) -> String {
    let paragraph: Vec<&str> = doc
        .trim()
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    if paragraph.is_empty() {
        String::new()
    } else {
        format!(": {}", paragraph.join(" "))
    }
}

/// Parameters by name: `(amount)`; nothing where there are none.
struct Names<'m>(&'m [Parameter]);

impl Display for Names<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|parameter| &*parameter.name).collect();
        if names.is_empty() {
            return Ok(());
        }
        write!(f, "({})", names.join(", "))
    }
}

/// Parameters with their types: `(amount: Cents)`; nothing where there are none.
pub(super) struct Typed<'m>(pub(super) &'m [Parameter]);

impl Display for Typed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let typed = self
            .0
            .iter()
            .map(|parameter| (&parameter.name, &parameter.ty));
        write!(f, "({})", named(typed))
    }
}

fn named<'m>(fields: impl Iterator<Item = (&'m Text, &'m Text)>) -> String {
    let fields: Vec<String> = fields.map(|(name, ty)| format!("{name}: {ty}")).collect();
    fields.join(", ")
}

fn fields(fields: &[Field]) -> String {
    named(fields.iter().map(|field| (&field.name, &field.ty)))
}

/// Whether fields are those of a tuple.
fn is_tuple(fields: &[Field]) -> bool {
    fields
        .iter()
        .enumerate()
        .all(|(index, field)| field.name == index.to_string())
}

fn tuple(fields: &[Field]) -> String {
    let types: Vec<&str> = fields.iter().map(|field| &*field.ty).collect();
    format!("({})", types.join(", "))
}

impl StateModel {
    /// What it consists of, on one line.
    pub(crate) fn shown(&self) -> String {
        Shape(self).to_string()
    }
}

/// What a state consists of: `owner: Option<String>, balance: Cents`, `Draft | Placed { lines: Vec<LineItem> }`.
struct Shape<'m>(&'m StateModel);

impl Display for Shape<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let shape = self.0;
        if !shape.variants.is_empty() {
            let variants: Vec<String> = shape.variants.iter().map(variant).collect();
            return f.write_str(&variants.join(" | "));
        }
        if shape.fields.is_empty() {
            f.write_str("nothing")
        } else if is_tuple(&shape.fields) {
            f.write_str(&tuple(&shape.fields))
        } else {
            f.write_str(&fields(&shape.fields))
        }
    }
}

/// A shape after its name: ` { id: Id<LineItem>, quantity: u32 }`, `(i64)`, `: Open | Held(Id<User>)`.
struct Declared<'m>(&'m StateModel);

impl Display for Declared<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let shape = self.0;
        if !shape.variants.is_empty() {
            write!(f, ": {}", Shape(shape))
        } else if shape.fields.is_empty() || is_tuple(&shape.fields) {
            write!(
                f,
                "{}",
                if shape.fields.is_empty() {
                    String::new()
                } else {
                    tuple(&shape.fields)
                }
            )
        } else {
            write!(f, " {{ {} }}", fields(&shape.fields))
        }
    }
}

fn variant(variant: &Variant) -> String {
    let shape = if variant.fields.is_empty() {
        String::new()
    } else if is_tuple(&variant.fields) {
        tuple(&variant.fields)
    } else {
        format!(" {{ {} }}", fields(&variant.fields))
    };
    format!("{}{shape}", variant.name)
}
