//! Commands.

use super::{Checker, Found, find, of, receiver};
use crate::aggregate::declaration::{Command, Declaration, Guard};
use crate::aggregate::guard::Rules;
use crate::aggregate::parse::{Member, Role};
use crate::attributes::Word;
use crate::parameters::Use;
use crate::{messages, naming, words};
use syn::{Expr, ReturnType};

impl Checker<'_> {
    pub(super) fn commands(
        &mut self,
        members: &[Member],
        declaration: &Declaration,
    ) -> Vec<Command> {
        of(members, Role::Command)
            .map(|member| self.command(member, members, declaration))
            .collect()
    }

    pub(super) fn command(
        &mut self,
        member: &Member,
        members: &[Member],
        declaration: &Declaration,
    ) -> Command {
        let sig = &member.method.sig;
        let name = naming::plain(&sig.ident);
        match receiver(&member.method) {
            Found::Shared => {}
            Found::Nothing => {
                self.mistakes
                    .at(&sig.ident, messages::command_receiver(&name, None));
            }
            Found::Other(receiver, found) => {
                self.mistakes
                    .at(receiver, messages::command_receiver(&name, Some(&found)));
            }
        }
        if matches!(sig.output, ReturnType::Default) {
            let events = declaration.event_enum().to_string();
            self.mistakes
                .at(&sig.ident, messages::command_returns_nothing(&events));
        }
        let rules = Rules {
            aggregate: &declaration.ident,
            declared: &declaration.rules,
            members,
            free: false,
        };
        let requires = self.guards(&member.words, words::REQUIRES, &rules);
        let unless = self.guards(&member.words, words::UNLESS, &rules);
        let mut method = self.method(member, Use::Field { exact: self.exact });
        method.name = self.recorded_name(&member.words, &method.name);
        if words::RESERVED_COMMANDS.contains(&name.as_str()) {
            self.mistakes
                .at(&sig.ident, messages::reserved_command(&name));
        }
        Command {
            method,
            requires,
            unless,
        }
    }

    pub(super) fn guards(&mut self, given: &[Word], name: &str, rules: &Rules<'_>) -> Vec<Guard> {
        let Some(word) = find(given, name) else {
            return Vec::new();
        };
        let entries = word.list::<Expr>(self.mistakes, "is_open");
        rules.list(&entries, self.mistakes)
    }
}
