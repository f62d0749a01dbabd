//! Walks over a tree: every expression and every pattern, in the order of the source.

use crate::Datum;

use super::{
    AggregateModel, Constant, Expr, FreeRef, Guard, Pattern, RuleModel, RuleRef, StateModel,
};

impl Expr {
    /// The expressions that this one is made of, in the order of the source.
    #[must_use]
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Literal(_)
            | Expr::Constant(..)
            | Expr::Field(_)
            | Expr::State
            | Expr::Parameter(_)
            | Expr::Local(_)
            | Expr::Deciding
            | Expr::Broken(_)
            | Expr::Opaque(_) => Vec::new(),
            Expr::Borrow(of)
            | Expr::Access { of, .. }
            | Expr::Unary { of, .. }
            | Expr::Cast { of, .. }
            | Expr::Try(of) => of.iter().collect(),
            Expr::Binary { sides: parts, .. }
            | Expr::Assign { sides: parts, .. }
            | Expr::If { parts }
            | Expr::Bind { parts, .. }
            | Expr::For { parts, .. }
            | Expr::Tuple(parts)
            | Expr::Array(parts)
            | Expr::Return(parts)
            | Expr::Emit(parts)
            | Expr::Block {
                statements: parts, ..
            }
            | Expr::Rule {
                arguments: parts, ..
            }
            | Expr::Helper {
                arguments: parts, ..
            }
            | Expr::Function {
                arguments: parts, ..
            }
            | Expr::Event { values: parts, .. }
            | Expr::Closure { body: parts, .. } => parts.iter().collect(),
            Expr::Let { of, guard, .. } => of.iter().chain(guard.iter()).collect(),
            Expr::Match { of, arms } => of
                .iter()
                .chain(
                    arms.iter()
                        .flat_map(|arm| arm.guard.iter().chain(arm.body.iter())),
                )
                .collect(),
            Expr::Method { of, arguments, .. } => of.iter().chain(arguments.iter()).collect(),
            Expr::Of { state, call } => state.iter().chain(call.iter()).collect(),
            Expr::Construct { values, base, .. } => values.iter().chain(base.iter()).collect(),
            Expr::Range { from, to, .. } => from.iter().chain(to.iter()).collect(),
        }
    }

    /// The patterns that this expression itself matches with, not those of its parts.
    #[must_use]
    pub fn patterns(&self) -> Vec<&Pattern> {
        match self {
            Expr::Let { pattern, .. } | Expr::Bind { pattern, .. } | Expr::For { pattern, .. } => {
                vec![pattern]
            }
            Expr::Match { arms, .. } => arms.iter().map(|arm| &arm.pattern).collect(),
            Expr::Closure { parameters, .. } => parameters.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Visits this expression and all that it is made of, each before its parts.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// Every pattern in this expression, each before its parts.
    pub fn walk_patterns<'a>(&'a self, visit: &mut dyn FnMut(&'a Pattern)) {
        self.walk(&mut |expr| {
            for pattern in expr.patterns() {
                pattern.walk(visit);
            }
        });
    }

    /// The source text of what was not understood.
    #[must_use]
    pub fn opaque(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.walk(&mut |expr| {
            if let Expr::Opaque(source) = expr {
                found.push(&**source);
            }
        });
        found
    }

    /// The constants, in the order of their first use.
    #[must_use]
    pub fn constants(&self) -> Vec<(&str, &Constant)> {
        let mut found: Vec<(&str, &Constant)> = Vec::new();
        self.walk(&mut |expr| {
            if let Expr::Constant(name, value) = expr {
                found.push((name, value));
            }
            for pattern in expr.patterns() {
                pattern.walk(&mut |pattern| {
                    if let Pattern::Constant(name, value) = pattern {
                        found.push((name, value));
                    }
                });
            }
        });
        let mut names = Vec::new();
        found.retain(|(name, _)| {
            let new = !names.contains(name);
            names.push(*name);
            new
        });
        found
    }

    /// The fields of the state that are named, in the order of their first use.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        self.walk(&mut |expr| {
            if let Expr::Field(name) = expr
                && !found.contains(&&**name)
            {
                found.push(name);
            }
        });
        found
    }

    /// The names of parameters that are used and of everything that is bound.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        self.walk(&mut |expr| match expr {
            Expr::Parameter(name) | Expr::Local(name) => found.push(name),
            _ => {}
        });
        self.walk_patterns(&mut |pattern| {
            if let Pattern::Bind(name, _) = pattern {
                found.push(name);
            }
        });
        found
    }
}

impl Pattern {
    /// The patterns that this one is made of.
    #[must_use]
    pub fn children(&self) -> &[Pattern] {
        match self {
            Pattern::Wild
            | Pattern::Rest
            | Pattern::Literal(_)
            | Pattern::Constant(..)
            | Pattern::Range { .. } => &[],
            Pattern::Bind(_, parts)
            | Pattern::Tuple(parts)
            | Pattern::Slice(parts)
            | Pattern::Any(parts)
            | Pattern::Construct {
                patterns: parts, ..
            } => parts,
        }
    }

    /// Visits this pattern and all that it is made of, each before its parts.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Pattern)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// Whether it binds any name.
    #[must_use]
    pub fn binds(&self) -> bool {
        matches!(self, Pattern::Bind(..)) || self.children().iter().any(Pattern::binds)
    }
}

impl Guard {
    /// The rules that it names, in declared order, with their arguments.
    #[must_use]
    pub fn rules(&self) -> Vec<(&RuleRef, &[Expr])> {
        match self {
            Guard::Rule { rule, arguments } => vec![(rule, arguments)],
            Guard::Not(guards) | Guard::All(guards) | Guard::Any(guards) | Guard::Then(guards) => {
                guards.iter().flat_map(Guard::rules).collect()
            }
        }
    }
}

impl AggregateModel {
    /// The free rules that its commands name, by path, in the order of their first use.
    #[must_use]
    pub fn free_rules(&self) -> Vec<(&str, &RuleModel)> {
        let mut found: Vec<(&str, &RuleModel)> = Vec::new();
        let guards = self
            .commands
            .iter()
            .flat_map(|command| command.requires.iter().chain(command.unless.iter()));
        for (rule, _) in guards.flat_map(Guard::rules) {
            if let RuleRef::Free(path, rule) = rule
                && !found.iter().any(|(known, _)| known == path)
            {
                found.push((path, FreeRef::get(rule)));
            }
        }
        found
    }

    /// Every tree of the declaration, in the order in which the model is shown.
    #[must_use]
    pub fn trees(&self) -> Vec<&Expr> {
        let rules = self.rules.iter().map(|rule| &rule.body);
        let free = self.free_rules().into_iter().map(|(_, rule)| &rule.body);
        let invariants = self.invariants.iter().map(|rule| &rule.body);
        let helpers = self.helpers.iter().map(|helper| &helper.body);
        let commands = self.commands.iter().flat_map(|command| {
            let guards = command.requires.iter().chain(command.unless.iter());
            guards
                .flat_map(Guard::rules)
                .flat_map(|(_, arguments)| arguments)
                .chain([&command.body])
        });
        let events = self.events.iter().map(|event| &event.update);
        rules
            .chain(free)
            .chain(invariants)
            .chain(helpers)
            .chain(commands)
            .chain(events)
            .collect()
    }

    /// The source text of everything in the declaration that was not understood.
    #[must_use]
    pub fn opaque(&self) -> Vec<&str> {
        self.trees().into_iter().flat_map(Expr::opaque).collect()
    }

    /// The constants that the declaration uses and whose names do not say their value, in the order of their first use: `LIMIT`,
    /// but not `i64::MAX` or `Status::Open`.
    #[must_use]
    pub fn constants(&self) -> Vec<(&str, Datum)> {
        named_constants(self.trees())
    }
}

/// The constants of trees whose names do not say their value.
pub(crate) fn named_constants<'m>(
    trees: impl IntoIterator<Item = &'m Expr>,
) -> Vec<(&'m str, Datum)> {
    let mut found: Vec<(&str, Datum)> = Vec::new();
    for (name, value) in trees.into_iter().flat_map(Expr::constants) {
        if !says_its_value(name) && !found.iter().any(|(known, _)| *known == name) {
            found.push((name, value.get()));
        }
    }
    found
}

/// Variants, unit structs and constants of the standard library.
fn says_its_value(path: &str) -> bool {
    let (of, name) = path.rsplit_once("::").unwrap_or(("", path));
    let of = of.rsplit("::").next().unwrap_or(of);
    of.starts_with(char::is_lowercase) && matches!(name, "MIN" | "MAX" | "BITS")
        || matches!(of, "Duration" | "Timestamp") && matches!(name, "MIN" | "MAX" | "ZERO")
        || name.contains(char::is_lowercase) && !name.ends_with("()")
}

impl StateModel {
    /// The shapes of the values and entities that it is made of, and of what those are made of, each once.
    #[must_use]
    pub fn all_values(&self) -> Vec<&StateModel> {
        let mut found = Vec::new();
        self.add_values(&mut found);
        found
    }

    fn add_values<'m>(&'m self, found: &mut Vec<&'m StateModel>) {
        for value in self.values.iter().filter_map(super::ValueModel::get) {
            if !found.iter().any(|known| known.name == value.name) && value.name != self.name {
                found.push(value);
                value.add_values(found);
            }
        }
    }
}
