//! The canonical text of a model: the way in which the source was formatted does not show in it.

mod aggregate;
mod expression;
mod guard;
mod layout;
mod operator;
mod pattern;
mod program;

use super::{Expr, Parameter, Pattern};
use std::fmt::{Display, Formatter};

impl Display for Expr {
    /// On one line: `balance >= amount`.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.shown(&[]).fmt(f)
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let mut writer = Writer::new(&[], &[]);
        writer.pattern(self);
        f.write_str(&writer.out)
    }
}

impl Expr {
    /// The expression on one line, in a rule, command, event or helper with these parameters: a field that is named like one of
    /// them, or like a name that the expression binds, is shown as `self.name`.
    #[must_use]
    pub fn shown(&self, parameters: &[Parameter]) -> impl Display {
        let mut writer = Writer::new(parameters, &[self]);
        writer.expr(self, operator::Level::Lowest);
        writer.out
    }
}

/// Builds the text of expressions.
struct Writer {
    out: String,
    /// Names that are not those of fields.
    taken: Vec<String>,
    /// Names that hold a deciding.
    deciding: Vec<String>,
    /// Whether what is returned are events.
    command: bool,
}

impl Writer {
    fn new(parameters: &[Parameter], trees: &[&Expr]) -> Self {
        let names = trees.iter().flat_map(|tree| tree.names());
        Writer {
            out: String::new(),
            taken: parameters
                .iter()
                .map(|parameter| &*parameter.name)
                .chain(names)
                .map(str::to_owned)
                .collect(),
            deciding: Vec::new(),
            command: false,
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Items with `, ` between them.
    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut item: impl FnMut(&mut Self, T)) {
        for (index, each) in items.into_iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            item(self, each);
        }
    }
}
