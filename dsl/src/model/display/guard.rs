use super::Writer;
use crate::model::{Guard, RuleRef};
use std::fmt::{Display, Formatter};

impl Display for Guard {
    /// `covers(amount)`, `not(is_open)`.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let mut writer = Writer::new(&[], &[]);
        for (_, arguments) in self.rules() {
            for argument in arguments {
                writer
                    .taken
                    .extend(argument.names().into_iter().map(str::to_owned));
            }
        }
        writer.guard(self);
        f.write_str(&writer.out)
    }
}

impl Display for RuleRef {
    /// `covers`, `money::is_payable`.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            RuleRef::Own(name) | RuleRef::Free(name, _) => f.write_str(name),
        }
    }
}

impl Writer {
    pub(super) fn guards(&mut self, guards: &[Guard]) {
        self.list(guards, Writer::guard);
    }

    fn guard(&mut self, guard: &Guard) {
        let (name, guards) = match guard {
            Guard::Rule { rule, arguments } => {
                let (RuleRef::Own(name) | RuleRef::Free(name, _)) = rule;
                self.named(name, arguments);
                return;
            }
            Guard::Not(guards) => ("not(", guards),
            Guard::All(guards) => ("all(", guards),
            Guard::Any(guards) => ("any(", guards),
            Guard::Then(guards) => ("then(", guards),
        };
        self.text(name);
        self.guards(guards);
        self.text(")");
    }
}
