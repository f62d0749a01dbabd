use super::Writer;
use super::operator::Level;
use crate::model::{Pattern, Text};

impl Writer {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Wild => self.text("_"),
            Pattern::Rest => self.text(".."),
            Pattern::Bind(name, inner) => {
                self.text(name);
                if let Some(inner) = inner.first() {
                    self.text(" @ ");
                    self.nested(inner);
                }
            }
            Pattern::Literal(literal) => self.literal(literal),
            Pattern::Constant(path, _) => self.text(path),
            Pattern::Range {
                from,
                to,
                inclusive,
            } => {
                if let Some(from) = from.first() {
                    self.expr(from, Level::Unary);
                }
                self.text(if *inclusive { "..=" } else { ".." });
                if let Some(to) = to.first() {
                    self.expr(to, Level::Unary);
                }
            }
            Pattern::Construct {
                path,
                fields,
                patterns,
            } => self.construct_pattern(path, fields, patterns),
            Pattern::Tuple(parts) => {
                self.text("(");
                self.list(parts.iter(), Writer::pattern);
                if matches!(&**parts, [only] if *only != Pattern::Rest) {
                    self.text(",");
                }
                self.text(")");
            }
            Pattern::Slice(parts) => {
                self.text("[");
                self.list(parts.iter(), Writer::pattern);
                self.text("]");
            }
            Pattern::Any(cases) => {
                for (index, case) in cases.iter().enumerate() {
                    if index > 0 {
                        self.text(" | ");
                    }
                    self.pattern(case);
                }
            }
        }
    }

    fn nested(&mut self, pattern: &Pattern) {
        if matches!(pattern, Pattern::Any(_)) {
            self.text("(");
            self.pattern(pattern);
            self.text(")");
        } else {
            self.pattern(pattern);
        }
    }

    fn construct_pattern(&mut self, path: &str, fields: &[Text], patterns: &[Pattern]) {
        self.text(path);
        if fields.is_empty() {
            if !is_unit(path) {
                self.text(" { .. }");
            }
        } else if is_numbered(fields) {
            self.text("(");
            self.list(patterns, Writer::pattern);
            self.text(")");
        } else {
            self.text(" { ");
            self.list(fields.iter().zip(patterns), |writer, (field, pattern)| {
                if !matches!(pattern, Pattern::Bind(name, inner) if name == field && inner.is_empty())
                {
                    writer.text(field);
                    writer.text(": ");
                }
                writer.pattern(pattern);
            });
            self.text(" }");
        }
    }
}

/// Unit variants of the standard library; all others are constants.
pub(super) fn is_unit(path: &str) -> bool {
    matches!(path, "None" | "Bound::Unbounded") || path.starts_with("Ordering::")
}

pub(super) fn is_numbered(fields: &[Text]) -> bool {
    fields
        .iter()
        .enumerate()
        .all(|(index, field)| *field == index.to_string())
}
