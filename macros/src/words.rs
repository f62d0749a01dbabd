//! Every word that an attribute of ours may hold.

pub(crate) const EVENT: &str = "event";
pub(crate) const COMMAND: &str = "command";
pub(crate) const RULE: &str = "rule";
pub(crate) const INVARIANT: &str = "invariant";
pub(crate) const SERVICE: &str = "service";
pub(crate) const PROGRAM: &str = "program";

/// On a parameter: the values that checks try.
pub(crate) const SAMPLES: &str = "samples";

/// The type of a parameter that the interpreter fills in.
pub(crate) const IDEMPOTENCY_KEY: &str = "IdempotencyKey";

/// What a method of an aggregate may be.
pub(crate) const ROLES: &[&str] = &[EVENT, COMMAND, RULE, INVARIANT];

pub(crate) const NAME: &str = "name";
pub(crate) const INEXACT: &str = "inexact";
pub(crate) const SNAPSHOT: &str = "snapshot";
pub(crate) const VIS: &str = "vis";
pub(crate) const WITHOUT: &str = "without";
pub(crate) const VERSION: &str = "version";
pub(crate) const ALIAS: &str = "alias";
pub(crate) const UPCAST: &str = "upcast";
pub(crate) const REQUIRES: &str = "requires";
pub(crate) const UNLESS: &str = "unless";
pub(crate) const AGGREGATES: &str = "aggregates";
pub(crate) const SERVICES: &str = "services";
pub(crate) const PROGRAMS: &str = "programs";
pub(crate) const VALUE: &str = "value";
pub(crate) const KEY: &str = "key";
pub(crate) const INDEX: &str = "index";
pub(crate) const ON: &str = "on";
pub(crate) const IGNORES: &str = "ignores";

/// What a method of a read model is called in messages.
pub(crate) const HANDLER: &str = "read model's method";
/// What the enum of an aggregate's events is called, behind its name.
pub(crate) const EVENTS: &str = "Event";
/// The types of parameters that the interpreter fills in.
pub(crate) const ROWS: &str = "Rows";
pub(crate) const ORIGIN: &str = "Origin";

pub(crate) const OF_AGGREGATE: &[&str] = &[NAME, INEXACT, SNAPSHOT, VIS];
pub(crate) const OF_EVENT: &[&str] = &[NAME, VERSION, ALIAS, UPCAST];
pub(crate) const OF_COMMAND: &[&str] = &[NAME, REQUIRES, UNLESS];
pub(crate) const OF_STATE: &[&str] = &[INEXACT, WITHOUT];
pub(crate) const OF_ENTITY: &[&str] = &[NAME, INEXACT, WITHOUT];
pub(crate) const OF_VALUE: &[&str] = &[INEXACT, WITHOUT];
pub(crate) const OF_ROW: &[&str] = &[NAME, INEXACT, WITHOUT];
pub(crate) const OF_READ_MODEL: &[&str] = &[VERSION, IGNORES];
pub(crate) const OF_DOMAIN: &[&str] = &[AGGREGATES, SERVICES, PROGRAMS];
pub(crate) const OF_PROGRAM: &[&str] = &[NAME, VALUE, REQUIRES];

pub(crate) const NOT: &str = "not";
pub(crate) const ALL: &str = "all";
pub(crate) const ANY: &str = "any";
pub(crate) const THEN: &str = "then";

/// The connectives of `requires` and `unless`.
pub(crate) const CONNECTIVES: &[&str] = &[NOT, ALL, ANY, THEN];

/// Names that calls in programs need for themselves.
pub(crate) const RESERVED_COMMANDS: &[&str] = &["state"];

/// Names that programs need for themselves.
pub(crate) const RESERVED_AGGREGATES: &[&str] = &[
    "now",
    "fresh",
    "both",
    "of",
    "atomic",
    "attempt",
    "call",
    "command",
    "compensate",
    "sleep_until",
    "state",
    "version",
    "wait",
];

/// The traits that a declaration derives, by the names that `without` takes.
pub(crate) const DERIVES: &[&str] = &[
    "Debug",
    "Clone",
    "Default",
    "PartialEq",
    "Eq",
    "Hash",
    "Serialize",
    "Deserialize",
];
