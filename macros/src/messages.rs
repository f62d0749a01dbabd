//! Every message: what was found, what is accepted, what to write.

use crate::naming::nearest;
use quote::ToTokens;

/// `a`, `b` and `c` in backticks.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, known).map(|near| format!("; did you mean `{near}`?"))
}

fn shown(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    if text.chars().count() > 40 {
        let short: String = text.chars().take(40).collect();
        format!("{short}..")
    } else {
        text
    }
}

// Words of attributes.

pub(crate) fn unknown_word(name: &str, attribute: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("unknown word `{name}`: `#[{attribute}]` takes none");
    }
    let hint = did_you_mean(name, known.iter().copied())
        .unwrap_or_else(|| format!(": it takes {}", listed(known)));
    format!("unknown word `{name}` in `#[{attribute}(..)]`{hint}")
}

pub(crate) fn word_twice(name: &str) -> String {
    format!("`{name}` stands here twice: write it once")
}

pub(crate) fn wants_value(name: &str, example: &str) -> String {
    format!("`{name}` takes a value: write `{name} = {example}`")
}

pub(crate) fn wants_list(name: &str, example: &str) -> String {
    format!("`{name}` takes a list: write `{name}({example})`")
}

pub(crate) fn wants_nothing(name: &str) -> String {
    format!("`{name}` takes no value: write `{name}` alone")
}

pub(crate) fn number_from_one(name: &str, found: &impl ToTokens) -> String {
    format!("`{name}` is a number from 1, found `{}`", shown(found))
}

pub(crate) fn attribute_with_value() -> String {
    "an attribute of this kind takes its words in parentheses".to_owned()
}

pub(crate) fn not_a_name(found: &str) -> String {
    format!(
        "`{found}` is not a name for stores: write it in snake case, such as `deposited` or `line_added`"
    )
}

// The shape of a declaration.

pub(crate) fn aggregate_on(found: &str) -> String {
    format!("`#[aggregate]` stands on `impl Account {{ .. }}`, found {found}")
}

pub(crate) fn trait_impl() -> String {
    "`#[aggregate]` stands on an `impl` without a trait: write `impl Account { .. }`".to_owned()
}

pub(crate) fn generic(what: &str) -> String {
    format!("{what} has no generic parameters: name the types, and the lifetimes stay out")
}

pub(crate) fn self_type() -> String {
    "an aggregate is a struct or enum by name: write `impl Account { .. }`".to_owned()
}

pub(crate) fn unsafe_impl() -> String {
    "an aggregate's `impl` is not `unsafe`: remove the word".to_owned()
}

pub(crate) fn cfg_on_member(what: &str) -> String {
    format!(
        "a {what} is there in every build, or builds could not read one another's events: put the condition on the whole declaration"
    )
}

pub(crate) fn attribute_twice(name: &str) -> String {
    format!("`#[{name}]` stands here twice: write it once")
}

pub(crate) fn two_roles(first: &str, second: &str) -> String {
    format!("a method is one thing: found `#[{second}]` after `#[{first}]`")
}

pub(crate) fn role_on(role: &str, what: &str) -> String {
    format!("`#[{role}]` stands on a method, found a {what}: remove it, or write a `fn`")
}

pub(crate) fn unknown_role(found: &str, near: &str) -> String {
    format!("unknown attribute `#[{found}]`; did you mean `#[{near}]`?")
}

pub(crate) fn modifier(word: &str, role: &str) -> String {
    let why = match word {
        "async" => "nothing may wait in it: ask in a program and pass the answer as a parameter",
        "unsafe" => "the domain needs no unsafe code: remove the word",
        _ => "remove the word",
    };
    format!(
        "{} {role} is a plain function, found `{word}`: {why}",
        article(role)
    )
}

pub(crate) fn generic_method(role: &str) -> String {
    format!(
        "{} {role} has no generic parameters: name the types",
        article(role)
    )
}

pub(crate) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

pub(crate) fn where_clause(role: &str) -> String {
    format!("{} {role} has no `where` clause: remove it", article(role))
}

pub(crate) fn same_variant(variant: &str, of: &str, first: &str) -> String {
    format!(
        "two methods make the variant `{of}::{variant}`, this one and `{first}`: rename one of them"
    )
}

pub(crate) fn same_record(name: &str, first: &str) -> String {
    format!(
        "`{name}` is already the recorded name of `{first}`: a name in the store means one thing"
    )
}

pub(crate) fn no_variant(name: &str) -> String {
    format!("`{name}` makes no name of an enum variant: rename the method")
}

pub(crate) fn reserved_command(name: &str) -> String {
    format!(
        "the name `{name}` is reserved: a program asks for the state with it; give the command another name"
    )
}

pub(crate) fn reserved_aggregate(name: &str) -> String {
    format!(
        "the name `{name}` is reserved for programs: write `#[aggregate(name = \"..\")]` with another one"
    )
}

pub(crate) fn reserved_rule(name: &str) -> String {
    format!("`{name}` is a word of `requires(..)`: give the rule another name")
}

// Receivers and results.

pub(crate) fn event_receiver(name: &str) -> String {
    format!("an event changes the state: write `fn {name}(&mut self, ..)`")
}

pub(crate) fn command_receiver(name: &str, found: Option<&str>) -> String {
    let why = if found == Some("&mut self") {
        "a command decides and its events change the state"
    } else {
        "a command looks at the state"
    };
    let found = found.map_or_else(|| "none".to_owned(), |found| format!("`{found}`"));
    format!("{why}: write `fn {name}(&self, ..)`, found {found}")
}

pub(crate) fn rule_receiver(name: &str, found: &str) -> String {
    format!(
        "a rule looks at the state and leaves it as it is: write `fn {name}(&self, ..)`, found `{found}`"
    )
}

pub(crate) fn free_rule_receiver() -> String {
    "a free rule has no `self`: take what it needs as parameters, or write it in the `#[aggregate] impl`".to_owned()
}

pub(crate) fn invariant_receiver(name: &str) -> String {
    format!("an invariant looks at the state: write `fn {name}(&self) -> bool`")
}

pub(crate) fn invariant_parameters(name: &str) -> String {
    format!(
        "an invariant takes the state, or the states after and before a command: write `fn {name}(&self) -> bool` or `fn {name}(&self, before: &Self) -> bool`"
    )
}

pub(crate) fn event_returns(found: &str) -> String {
    format!(
        "an event returns nothing, found `-> {found}`: remove it; what may be refused is a rule of the command"
    )
}

pub(crate) fn rule_returns(role: &str, found: &str) -> String {
    format!(
        "{} {role} is true or false: write `-> bool`, found {found}",
        article(role)
    )
}

pub(crate) fn command_returns_nothing(events: &str) -> String {
    format!(
        "a command returns the events that it leads to: write `-> {events}`, `-> Vec<{events}>` or `-> Option<{events}>`"
    )
}

// Parameters.

pub(crate) fn parameter_without_name(found: &impl ToTokens) -> String {
    format!(
        "a parameter is known by its name, found `{}`: write `name: Type` and take it apart in the body",
        shown(found)
    )
}

pub(crate) fn samples_on_no_field() -> String {
    "`#[samples(..)]` lists the values that checks try, and those of a rule follow from its commands: write it on a parameter of a \
     `#[command]` or an `#[event]`"
        .to_owned()
}

pub(crate) fn no_samples() -> String {
    "`#[samples]` lists the values that checks try: write `#[samples(1, 2)]`, or nothing to have them derived from the type".to_owned()
}

pub(crate) fn mutable_parameter() -> String {
    "a parameter is recorded, so nothing can be written to it: take it by value or by `&`"
        .to_owned()
}

pub(crate) fn lifetime_parameter(found: &impl ToTokens) -> String {
    format!(
        "a parameter is recorded, so it has no lifetime of its own, found `{}`: write `&` alone",
        shown(found)
    )
}

pub(crate) fn owned_type(found: &str, owned: &str) -> String {
    format!("`{found}` cannot be recorded: take the owned type `{owned}`")
}

pub(crate) fn impl_parameter(found: &str) -> String {
    format!("`{found}` is a different type for every caller and cannot be recorded: name one type")
}

pub(crate) fn dyn_parameter(found: &str) -> String {
    format!("`{found}` cannot be recorded: name one type, or an enum of what it may be")
}

pub(crate) fn float(found: &str, attribute: &str) -> String {
    format!(
        "`{found}` has no exact equality: hold a whole number of the smallest unit, or give exactness up with `#[{attribute}(inexact)]`"
    )
}

// Guards.

pub(crate) fn unknown_rule(name: &str, aggregate: &str, known: &[&str]) -> String {
    let hint = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
        if known.is_empty() {
            ": it declares none; write a `#[rule]`".to_owned()
        } else {
            format!(
                ": it declares {}; a free rule has a path of two segments or more",
                listed(known)
            )
        }
    });
    format!("no rule `{name}` in `impl {aggregate}`{hint}")
}

pub(crate) fn not_a_rule(name: &str, role: &str) -> String {
    format!(
        "`{name}` is {} {role}, and only a rule can be required: write `#[rule]` above it",
        article(role)
    )
}

pub(crate) fn invariant_required(name: &str) -> String {
    format!("`{name}` is an invariant and is looked at after every command: remove it here")
}

pub(crate) fn arguments(name: &str, takes: &[String], found: usize) -> String {
    let plural = if takes.len() == 1 { "" } else { "s" };
    let call = if takes.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({})", takes.join(", "))
    };
    format!(
        "rule `{name}` takes {} argument{plural}, found {found}: write `{call}`",
        takes.len()
    )
}

pub(crate) fn not_takes_one(found: usize) -> String {
    format!(
        "`not` takes one rule, found {found}: write `not(is_open)`, or `not(all(..))`, `not(any(..))`"
    )
}

pub(crate) fn empty_group(word: &str) -> String {
    format!("`{word}` holds at least one rule, found none: write `{word}(is_open, ..)`")
}

pub(crate) fn connective_alone(word: &str) -> String {
    format!("`{word}` takes rules: write `{word}(..)`")
}

pub(crate) fn then_not_last() -> String {
    "`then(..)` holds the rules that make sense only after all others hold: write it last"
        .to_owned()
}

pub(crate) fn then_alone() -> String {
    "`then(..)` comes after the rules that it rests on: write those before it, or list its rules without `then`".to_owned()
}

pub(crate) fn then_inside(word: &str) -> String {
    format!("`then(..)` stands last in the list itself, not inside `{word}(..)`")
}

pub(crate) fn own_rule_by_path(name: &str) -> String {
    format!("a rule of the same `impl` goes by its name: write `{name}`")
}

pub(crate) fn guard_operator(found: &str, write: &str) -> String {
    format!("a list of rules is no expression, found `{found}`: write `{write}`")
}

pub(crate) fn not_a_guard(found: &impl ToTokens) -> String {
    format!(
        "expected a rule (`is_open`, `covers(amount)`, `money::is_payable(amount)`), `not(..)`, `all(..)`, `any(..)` or `then(..)`, found `{}`",
        shown(found)
    )
}

// Versions of events.

pub(crate) fn upcast_gap(event: &str, missing: u32, version: u32) -> String {
    format!(
        "schema version {missing} of `{event}` cannot be read: version {version} is the present one, and every older one is covered; write `upcast({missing} => from_v{missing})`"
    )
}

pub(crate) fn upcast_too_new(from: u32, version: u32) -> String {
    format!(
        "an upcaster reads an older version, found {from} where version {version} is the present one: remove it, or write `version = {}`",
        from + 1
    )
}

pub(crate) fn upcast_twice(from: u32) -> String {
    format!("schema version {from} is upcast twice: one function reads each version")
}

pub(crate) fn alias_clash(alias: &str, owner: &str) -> String {
    format!(
        "the alias `{alias}` is already a name of `{owner}`: a name in the store means one thing"
    )
}

// Shapes.

pub(crate) fn shape_on(attribute: &str, accepted: &str) -> String {
    format!("`#[{attribute}]` stands on {accepted}")
}

pub(crate) fn unknown_derive(name: &str, known: &[&str]) -> String {
    let hint = did_you_mean(name, known.iter().copied())
        .unwrap_or_else(|| format!(": it takes {}", listed(known)));
    format!("unknown trait `{name}` in `without(..)`{hint}")
}

pub(crate) fn no_default_variant() -> String {
    "the state before anything happened is one of the variants: write `#[default]` above it, or `#[state(without(Default))]` and an `impl Default`".to_owned()
}

pub(crate) fn default_with_fields(name: &str) -> String {
    format!(
        "`#[default]` stands on a variant without fields, found `{name}` with some: write `#[state(without(Default))]` and an `impl Default`"
    )
}

pub(crate) fn entity_without_id(name: &str) -> String {
    format!(
        "an entity has an id of its own: add the field `id: Id<Self>` to `{name}`, or write `#[value]` if two equal ones are the same"
    )
}

pub(crate) fn entity_id_type(found: &str) -> String {
    format!("the id of an entity is `Id<Self>`, found `{found}`")
}

// Domains.

pub(crate) fn domain_on() -> String {
    "`#[domain(..)]` stands on a unit struct: write `pub struct Bank;`".to_owned()
}

pub(crate) fn domain_without_aggregates() -> String {
    "a domain names its aggregates: write `#[domain(aggregates(Account))]`".to_owned()
}

pub(crate) fn aggregate_twice(name: &str) -> String {
    format!("the aggregate `{name}` is listed twice: write it once")
}

pub(crate) fn aggregate_with_arguments() -> String {
    "an aggregate has no generic arguments: write its name alone".to_owned()
}

pub(crate) fn not_an_aggregate_path(found: &impl ToTokens) -> String {
    format!(
        "expected the name of an aggregate, found `{}`",
        shown(found)
    )
}

// Totality and determinism.

pub(crate) fn may_panic(found: &str, role: &str, instead: &str) -> String {
    format!(
        "{found} may panic, and {} {role} is total: {instead}",
        article(role)
    )
}

pub(crate) fn not_repeatable(found: &str, role: &str, instead: &str) -> String {
    format!(
        "{found} gives another answer each time, and {} {role} is repeated from its inputs: {instead}",
        article(role)
    )
}

// Services.

pub(crate) fn service_on() -> String {
    "`#[service]` stands on a trait: write `trait Notices { async fn send(&self, ..) -> Result<.., ..>; }`".to_owned()
}

pub(crate) fn service_member() -> String {
    "a service has methods and nothing else: pass what is to vary as a parameter".to_owned()
}

pub(crate) fn service_not_async(name: &str) -> String {
    format!("a service takes time: write `async fn {name}(&self, ..)`")
}

pub(crate) fn service_receiver(name: &str) -> String {
    format!(
        "a service is shared by all programs: write `async fn {name}(&self, ..)`, and keep what changes behind a lock or a channel"
    )
}

pub(crate) fn reserved_service(name: &str) -> String {
    format!("the name `{name}` is reserved for programs: give the service another name")
}

// Programs.

pub(crate) fn program_on() -> String {
    "`#[program]` stands on an `async fn` over `&mut Perform<..>`".to_owned()
}

pub(crate) fn program_not_async(name: &str) -> String {
    format!("a program waits for answers: write `async fn {name}(..)`")
}

pub(crate) fn program_unsafe() -> String {
    "a program needs no unsafe code: remove the word".to_owned()
}

pub(crate) fn program_returns_nothing() -> String {
    "a program returns a `Result`: write `-> Result<(), Rejection>`".to_owned()
}

pub(crate) fn program_capability() -> String {
    "a program takes its domain first: write `bank: &mut Perform<Bank>`, or `bank: &mut Atomic<Bank>` for one that `transact` accepts".to_owned()
}

pub(crate) fn not_a_service_path(found: &impl ToTokens) -> String {
    format!(
        "`services(..)` lists traits by name, found `{}`: write `services(Notices)`",
        shown(found)
    )
}

pub(crate) fn not_a_program_path(found: &impl ToTokens) -> String {
    format!(
        "`programs(..)` lists functions by name, found `{}`: write `programs(transfer)`",
        shown(found)
    )
}

pub(crate) fn listed_twice(what: &str, name: &str) -> String {
    format!("the {what} `{name}` is listed twice: write it once")
}
