use super::Engines;
use super::rules::{appending, confirming, ids, telling};
use crate::rule::Boxed;
use std::fmt::{Display, Formatter};

macro_rules! rules {
    ($( #[doc = $sentence:literal] $rule:ident => $file:ident::$function:ident, )+) => {
        /// What every interpreter promises over a log that it shares with others.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EngineRule {
            $( #[doc = $sentence] $rule, )+
        }

        impl EngineRule {
            /// All rules, in declared order.
            pub const ALL: &'static [EngineRule] = &[$(EngineRule::$rule),+];

            /// In snake case: `load_true`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( EngineRule::$rule => stringify!($function), )+
                }
            }

            /// The sentence that is true when the rule is kept.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $( EngineRule::$rule => $sentence.trim_ascii(), )+
                }
            }

            /// Asks an interpreter for it.
            pub(super) fn running<F: Engines>(self, factory: &F) -> Boxed<'_> {
                match self {
                    $( EngineRule::$rule => Box::pin($file::$function(factory)), )+
                }
            }
        }
    };
}

rules! {
    /// a load tells what the log holds when it is given, whoever appended it
    LoadTrue => confirming::load_true,
    /// a rejection is true for what the log holds when it is given
    RejectionTrue => confirming::rejection_true,
    /// that there is nothing to record is true for what the log holds when it is said
    SilenceTrue => confirming::silence_true,
    /// that a root does not exist is confirmed like everything else
    AbsenceTrue => confirming::absence_true,
    /// what is accepted was decided on what the log held when it was appended
    AcceptanceTrue => confirming::acceptance_true,
    /// no answer rests on an event that is not durable
    AnswerDurable => appending::answer_durable,
    /// after a failure nothing is left of what was not recorded
    FailureForgotten => appending::failure_forgotten,
    /// a command that is given up hurts no other, and nothing is left of what was not recorded
    GivenUpForgotten => appending::given_up_forgotten,
    /// a panic of the domain is a failure of the kind defect, writes nothing and hurts no other command
    PanicHarmless => appending::panic_harmless,
    /// a command whose outcome is not known is settled, never repeated
    UnknownSettled => appending::unknown_settled,
    /// a chosen id is executed once, whichever process it comes to, and its receipt is always the same
    IdOnce => ids::id_once,
    /// a silent command with a chosen id is answered for ever as it was at first
    SilentIdKept => ids::silent_id_kept,
    /// a chosen id with another command is a failure and changes nothing
    IdReused => ids::id_reused,
    /// a version that is not the one asked for is a failure that tells both and changes nothing
    VersionAsked => ids::version_asked,
    /// a receipt tells version, position, events and state as the log has them
    ReceiptTrue => telling::receipt_true,
    /// the past is told as it was
    PastTrue => telling::past_true,
}

impl Display for EngineRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name(), self.sentence())
    }
}
