//! Bodies over several lines: statements one under another, what depends on a condition indented below it.

use super::Writer;
use super::operator::Level;
use crate::model::{Arm, Expr, List};

/// What becomes of the value of a body.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// Nothing: the body changes something.
    Statement,
    /// It is what the rule or helper says.
    Value,
    /// It is what the command records.
    Emits,
}

impl Writer {
    /// A body, each line of it indented by `depth` and ended.
    pub(super) fn lines(&mut self, body: &Expr, role: Role, depth: usize) {
        match body {
            Expr::Block { statements, value } => self.statements(statements, *value, role, depth),
            Expr::If { parts } => self.branch_lines(parts, role, depth),
            Expr::Match { of, arms } => self.choice_lines(of, arms, role, depth),
            Expr::For { pattern, parts } => {
                self.line(depth, |writer| writer.for_head(pattern, parts));
                self.part(parts, 1, Role::Statement, depth + 1);
            }
            Expr::Bind { pattern, parts } => {
                self.line(depth, |writer| {
                    writer.bind(pattern, parts);
                    if parts.len() > 1 {
                        writer.text(" else");
                    }
                });
                if parts.len() > 1 {
                    self.part(parts, 1, Role::Statement, depth + 1);
                }
            }
            Expr::Construct { path, values, .. }
                if role == Role::Emits && matches!(&**path, "Some" | "Ok") && values.len() == 1 =>
            {
                self.part(values, 0, role, depth);
            }
            Expr::Method {
                name,
                of,
                arguments,
            } if role == Role::Emits && matches!(&**name, "then" | "then_some") => {
                self.line(depth, |writer| {
                    writer.text("if ");
                    writer.exprs(of);
                });
                match arguments.first() {
                    Some(Expr::Closure { body, .. }) => self.part(body, 0, role, depth + 1),
                    _ => self.part(arguments, 0, role, depth + 1),
                }
                self.line(depth, |writer| writer.text("else"));
                self.line(depth + 1, |writer| writer.text("emits nothing"));
            }
            Expr::Local(name)
                if role == Role::Emits && self.deciding.iter().any(|deciding| deciding == name) => {
            }
            leaf => self.line(depth, |writer| writer.leaf(leaf, role)),
        }
    }

    fn part(&mut self, parts: &List<Expr>, index: usize, role: Role, depth: usize) {
        if let Some(part) = parts.get(index) {
            self.lines(part, role, depth);
        }
    }

    pub(super) fn line(&mut self, depth: usize, write: impl FnOnce(&mut Self)) {
        for _ in 0..depth {
            self.text("  ");
        }
        write(self);
        self.text("\n");
    }

    fn statements(&mut self, statements: &[Expr], value: bool, role: Role, depth: usize) {
        let Some((last, before)) = statements.split_last() else {
            let nothing = if role == Role::Emits {
                "emits nothing"
            } else {
                "nothing"
            };
            self.line(depth, |writer| writer.text(nothing));
            return;
        };
        for statement in before {
            self.lines(statement, Role::Statement, depth);
        }
        self.lines(last, if value { role } else { Role::Statement }, depth);
    }

    fn branch_lines(&mut self, parts: &List<Expr>, role: Role, depth: usize) {
        self.line(depth, |writer| writer.if_head(parts));
        self.part(parts, 1, role, depth + 1);
        let mut otherwise = parts.get(2);
        while let Some(Expr::If { parts }) = otherwise {
            self.line(depth, |writer| {
                writer.text("else ");
                writer.if_head(parts);
            });
            self.part(parts, 1, role, depth + 1);
            otherwise = parts.get(2);
        }
        if let Some(otherwise) = otherwise {
            self.line(depth, |writer| writer.text("else"));
            self.lines(otherwise, role, depth + 1);
        }
    }

    fn if_head(&mut self, parts: &List<Expr>) {
        self.text("if ");
        if let Some(condition) = parts.first() {
            self.expr(condition, Level::Range);
        }
    }

    fn choice_lines(&mut self, of: &List<Expr>, arms: &[Arm], role: Role, depth: usize) {
        self.line(depth, |writer| {
            writer.text("match ");
            if let Some(of) = of.first() {
                writer.expr(of, Level::Range);
            }
        });
        for arm in arms {
            let Some(body) = arm.body.first() else {
                continue;
            };
            if is_short(body) {
                self.line(depth + 1, |writer| {
                    writer.arm_head(arm);
                    writer.text(" ");
                    writer.short(body, role);
                });
            } else {
                self.line(depth + 1, |writer| writer.arm_head(arm));
                self.lines(body, role, depth + 2);
            }
        }
    }

    /// A body that [`is_short`], on the line of its arm.
    fn short(&mut self, body: &Expr, role: Role) {
        match body {
            Expr::Block { .. } if role == Role::Emits => self.text("emits nothing"),
            Expr::Block { .. } => self.text("nothing"),
            Expr::Tuple(parts) if parts.is_empty() && role == Role::Statement => {
                self.text("nothing");
            }
            Expr::Construct { path, values, .. }
                if role == Role::Emits && matches!(&**path, "Some" | "Ok") && values.len() == 1 =>
            {
                for value in values.iter() {
                    self.short(value, role);
                }
            }
            leaf => self.leaf(leaf, role),
        }
    }

    fn leaf(&mut self, leaf: &Expr, role: Role) {
        match (leaf, role) {
            (Expr::Return(value), _) if self.command => {
                self.text("return ");
                match value.first() {
                    Some(value) if is_short(value) => self.short(value, Role::Emits),
                    Some(value) => self.expr(value, Level::Lowest),
                    None => self.text("emits nothing"),
                }
            }
            (Expr::Emit(parts), Role::Statement)
                if matches!(parts.first(), Some(Expr::Local(_))) =>
            {
                self.text("emits ");
                self.exprs(&parts[1..]);
            }
            (Expr::Tuple(parts), Role::Statement) if parts.is_empty() => self.text("nothing"),
            (_, Role::Emits) => self.emits(leaf),
            _ => self.expr(leaf, Level::Lowest),
        }
    }

    fn emits(&mut self, events: &Expr) {
        match events {
            Expr::Array(events) if !events.is_empty() => {
                self.text("emits ");
                self.exprs(events);
            }
            Expr::Construct { path, values, .. } if path == "Err" => {
                self.text("rejects ");
                self.exprs(values);
            }
            Expr::Local(name) if self.deciding.iter().any(|deciding| deciding == name) => {
                self.text("emits what was decided");
            }
            events if is_nothing(events) => self.text("emits nothing"),
            events => {
                self.text("emits ");
                self.expr(events, Level::Lowest);
            }
        }
    }
}

/// Whether a body fits on the line of its arm.
fn is_short(body: &Expr) -> bool {
    match body {
        Expr::Block { statements, .. } => statements.is_empty(),
        Expr::If { .. } | Expr::Match { .. } | Expr::For { .. } => false,
        Expr::Bind { parts, .. } => parts.len() < 2,
        Expr::Method { name, .. } => !matches!(&**name, "then" | "then_some"),
        Expr::Construct { values, .. } => values.iter().all(is_short),
        _ => true,
    }
}

/// No event at all.
fn is_nothing(events: &Expr) -> bool {
    match events {
        Expr::Construct { path, values, .. } => path == "None" && values.is_empty(),
        Expr::Function { path, .. } => path == "Vec::new",
        Expr::Array(events) => events.is_empty(),
        Expr::Deciding => true,
        _ => false,
    }
}
