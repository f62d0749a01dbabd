use super::Writer;
use super::operator::{Level, denied, prefix, symbol, word};
use super::pattern::{is_numbered, is_unit};
use crate::model::{Arm, BinaryOp, Expr, List, Literal, Pattern, Text, UnaryOp};

impl Writer {
    /// The expression on one line, in parentheses where it binds less tightly than `least`.
    pub(super) fn expr(&mut self, expr: &Expr, least: Level) {
        if Level::of(expr) < least {
            self.text("(");
            self.bare(expr);
            self.text(")");
        } else {
            self.bare(expr);
        }
    }

    /// The only expression of a list; a tree that was read back may be broken, and is shown all the same.
    fn only(&mut self, list: &List<Expr>, least: Level) {
        match list.first() {
            Some(expr) => self.expr(expr, least),
            None => self.text("?"),
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match expr {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Constant(name, _) | Expr::Parameter(name) | Expr::Local(name) => self.text(name),
            Expr::Broken(rule) => self.text(rule),
            Expr::Field(name) => {
                // The field of a tuple struct is a number, which would read as that.
                if name.starts_with(|first: char| first.is_ascii_digit())
                    || self.taken.iter().any(|taken| taken == name)
                {
                    self.text("self.");
                }
                self.text(name);
            }
            Expr::State => self.text("self"),
            Expr::Deciding => self.text("deciding"),
            Expr::Access { of, field } => {
                self.only(of, Level::Postfix);
                self.text(".");
                self.text(field);
            }
            Expr::Borrow(of) => {
                self.text("&mut ");
                self.only(of, Level::Unary);
            }
            Expr::Unary { op, of } => self.unary(*op, of),
            Expr::Binary { op, sides } => self.binary(*op, sides),
            Expr::Cast { of, ty } => {
                self.only(of, Level::Cast);
                self.text(" as ");
                self.text(ty);
            }
            Expr::If { parts } => self.branch(parts),
            Expr::Let { pattern, of, guard } => self.condition(pattern, of, guard),
            Expr::Match { of, arms } => self.choice(of, arms),
            Expr::Method {
                name,
                of,
                arguments,
            } => self.method(name, of, arguments),
            Expr::Closure { parameters, body } => {
                self.text("|");
                self.list(parameters.iter(), Writer::pattern);
                self.text("| ");
                self.only(body, Level::Lowest);
            }
            Expr::Rule { name, arguments } | Expr::Helper { name, arguments } => {
                self.call(name, arguments);
            }
            Expr::Of { state, call } => {
                self.only(state, Level::Postfix);
                self.text(".");
                self.only(call, Level::Postfix);
            }
            Expr::Function { path, arguments } => self.function(path, arguments),
            Expr::Construct {
                path,
                fields,
                values,
                base,
            } => self.construct(path, fields, values, base),
            Expr::Tuple(parts) => {
                self.text("(");
                self.exprs(parts);
                self.text(if parts.len() == 1 { ",)" } else { ")" });
            }
            Expr::Array(parts) => {
                self.text("[");
                self.exprs(parts);
                self.text("]");
            }
            Expr::Range {
                from,
                to,
                inclusive,
            } => self.range(from.first(), to.first(), *inclusive),
            Expr::Try(of) => {
                self.only(of, Level::Postfix);
                self.text("?");
            }
            Expr::Event { name, values, .. } => self.named(name, values),
            Expr::Emit(parts) => {
                self.expr_at(parts, 0, Level::Postfix);
                self.text(".emit(");
                self.expr_at(parts, 1, Level::Lowest);
                self.text(")");
            }
            Expr::Opaque(source) => {
                self.text("opaque { ");
                self.text(source);
                self.text(" }");
            }
            statement => self.statement(statement),
        }
    }

    /// What mostly stands in a block.
    fn statement(&mut self, statement: &Expr) {
        match statement {
            Expr::Block { statements, value } => self.block(statements, *value),
            Expr::Bind { pattern, parts } => {
                self.bind(pattern, parts);
                if let Some(otherwise) = parts.get(1) {
                    self.text(" else ");
                    self.braced(otherwise);
                }
            }
            Expr::Assign { op, sides } => {
                self.expr_at(sides, 0, Level::Unary);
                self.text(" ");
                self.text(op.map_or("", symbol));
                self.text("= ");
                self.expr_at(sides, 1, Level::Lowest);
            }
            Expr::For { pattern, parts } => {
                self.for_head(pattern, parts);
                self.text(" ");
                self.braced_at(parts, 1);
            }
            Expr::Return(value) => {
                self.text("return");
                if let Some(value) = value.first() {
                    self.text(" ");
                    self.expr(value, Level::Lowest);
                }
            }
            // Everything else is an expression, and shown as one.
            _ => {}
        }
    }

    fn expr_at(&mut self, parts: &List<Expr>, index: usize, least: Level) {
        match parts.get(index) {
            Some(expr) => self.expr(expr, least),
            None => self.text("?"),
        }
    }

    pub(super) fn exprs(&mut self, exprs: &[Expr]) {
        self.list(exprs, |writer, expr| writer.expr(expr, Level::Lowest));
    }

    fn call(&mut self, name: &str, arguments: &[Expr]) {
        self.text(name);
        self.text("(");
        self.exprs(arguments);
        self.text(")");
    }

    fn function(&mut self, path: &str, arguments: &[Expr]) {
        match arguments {
            [element, times] if path == "repeat" => {
                self.text("[");
                self.expr(element, Level::Lowest);
                self.text("; ");
                self.expr(times, Level::Lowest);
                self.text("]");
            }
            arguments => self.call(path, arguments),
        }
    }

    fn range(&mut self, from: Option<&Expr>, to: Option<&Expr>, inclusive: bool) {
        if let Some(from) = from {
            self.expr(from, Level::Or);
        }
        self.text(if inclusive { "..=" } else { ".." });
        if let Some(to) = to {
            self.expr(to, Level::Or);
        }
    }

    /// A name with its arguments, if it has any: events, rules of `requires`.
    pub(super) fn named(&mut self, name: &str, arguments: &[Expr]) {
        if arguments.is_empty() {
            self.text(name);
        } else {
            self.call(name, arguments);
        }
    }

    fn binary(&mut self, op: BinaryOp, sides: &List<Expr>) {
        let level = Level::of_binary(op);
        // Comparisons do not chain; the others group to the left.
        let left = if level == Level::Compare {
            level.tighter()
        } else {
            level
        };
        self.expr_at(sides, 0, left);
        self.text(" ");
        self.text(symbol(op));
        self.text(" ");
        self.expr_at(sides, 1, level.tighter());
    }

    fn unary(&mut self, op: UnaryOp, of: &List<Expr>) {
        if let Some((of, word)) = denied(op, of) {
            self.only(of, Level::Postfix);
            self.text(" is not ");
            self.text(word);
        } else {
            self.text(prefix(op));
            self.only(of, Level::Unary);
        }
    }

    fn method(&mut self, name: &str, of: &List<Expr>, arguments: &[Expr]) {
        self.only(of, Level::Postfix);
        match (word(name), arguments) {
            (Some(word), []) => {
                self.text(" is ");
                self.text(word);
            }
            (_, [at]) if name == "index" => {
                self.text("[");
                self.expr(at, Level::Lowest);
                self.text("]");
            }
            _ => {
                self.text(".");
                self.call(name, arguments);
            }
        }
    }

    fn construct(&mut self, path: &str, fields: &[Text], values: &[Expr], base: &List<Expr>) {
        if fields.is_empty() && base.is_empty() {
            self.text(path);
            if !is_unit(path) {
                self.text(" {}");
            }
        } else if is_numbered(fields) && base.is_empty() {
            self.call(path, values);
        } else {
            self.text(path);
            self.text(" { ");
            self.list(fields.iter().zip(values), |writer, (field, value)| {
                let start = writer.out.len();
                writer.expr(value, Level::Lowest);
                if writer.out[start..] != **field {
                    writer.out.insert_str(start, &format!("{field}: "));
                }
            });
            if let Some(base) = base.first() {
                if !fields.is_empty() {
                    self.text(", ");
                }
                self.text("..");
                self.expr(base, Level::Or);
            }
            self.text(" }");
        }
    }

    fn branch(&mut self, parts: &List<Expr>) {
        self.text("if ");
        self.expr_at(parts, 0, Level::Range);
        self.text(" ");
        self.braced_at(parts, 1);
        match parts.get(2) {
            None => {}
            Some(Expr::If { parts }) => {
                self.text(" else ");
                self.branch(parts);
            }
            Some(otherwise) => {
                self.text(" else ");
                self.braced(otherwise);
            }
        }
    }

    fn condition(&mut self, pattern: &Pattern, of: &List<Expr>, guard: &List<Expr>) {
        if guard.is_empty() && pattern.binds() {
            self.text("let ");
            self.pattern(pattern);
            self.text(" = ");
            self.only(of, Level::BitOr);
            return;
        }
        self.text("matches!(");
        self.only(of, Level::Lowest);
        self.text(", ");
        self.pattern(pattern);
        if let Some(guard) = guard.first() {
            self.text(" if ");
            self.expr(guard, Level::Lowest);
        }
        self.text(")");
    }

    fn choice(&mut self, of: &List<Expr>, arms: &[Arm]) {
        self.text("match ");
        self.only(of, Level::Range);
        self.text(" { ");
        self.list(arms, |writer, arm| {
            writer.arm_head(arm);
            writer.text(" ");
            writer.only(&arm.body, Level::Lowest);
        });
        self.text(" }");
    }

    /// `pattern if guard =>`.
    pub(super) fn arm_head(&mut self, arm: &Arm) {
        self.pattern(&arm.pattern);
        if let Some(guard) = arm.guard.first() {
            self.text(" if ");
            self.expr(guard, Level::Lowest);
        }
        self.text(" =>");
    }

    /// `let pattern = value`.
    pub(super) fn bind(&mut self, pattern: &Pattern, parts: &List<Expr>) {
        if let (Pattern::Bind(name, _), Some(Expr::Deciding)) = (pattern, parts.first()) {
            self.deciding.push(name.clone().into_owned());
        }
        self.text("let ");
        self.pattern(pattern);
        self.text(" = ");
        self.expr_at(parts, 0, Level::Lowest);
    }

    /// `for pattern in over`.
    pub(super) fn for_head(&mut self, pattern: &Pattern, parts: &List<Expr>) {
        self.text("for ");
        self.pattern(pattern);
        self.text(" in ");
        self.expr_at(parts, 0, Level::Lowest);
    }

    fn block(&mut self, statements: &[Expr], value: bool) {
        if statements.is_empty() {
            self.text("{}");
            return;
        }
        self.text("{ ");
        for (index, statement) in statements.iter().enumerate() {
            if index > 0 {
                self.text(" ");
            }
            self.expr(statement, Level::Lowest);
            let last = index + 1 == statements.len();
            let ends_itself = matches!(
                statement,
                Expr::If { .. } | Expr::Match { .. } | Expr::For { .. }
            );
            if !(last && value || ends_itself) {
                self.text(";");
            }
        }
        self.text(" }");
    }

    fn braced(&mut self, body: &Expr) {
        if let Expr::Block { statements, value } = body {
            self.block(statements, *value);
        } else {
            self.text("{ ");
            self.expr(body, Level::Lowest);
            self.text(" }");
        }
    }

    fn braced_at(&mut self, parts: &List<Expr>, index: usize) {
        match parts.get(index) {
            Some(body) => self.braced(body),
            None => self.text("{}"),
        }
    }

    pub(super) fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Bool(value) => self.text(if *value { "true" } else { "false" }),
            Literal::Int { value, ty } => {
                self.text(&value.to_string());
                self.text(ty);
            }
            Literal::Float(digits) => self.text(digits),
            Literal::Str(value) => self.text(&format!("{value:?}")),
            Literal::Char(value) => self.text(&format!("{value:?}")),
        }
    }
}
