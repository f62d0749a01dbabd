use super::EngineRule;

macro_rules! defects {
    ($( $(#[$doc:meta])+ $defect:ident => [$($rule:ident),+], )+) => {
        /// What can be wrong with an interpreter.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EngineDefect {
            $( $(#[$doc])+ $defect, )+
        }

        impl EngineDefect {
            /// All of them.
            pub const ALL: &'static [EngineDefect] = &[$(EngineDefect::$defect),+];

            /// The rules that an interpreter with this defect breaks: one, or more where its description says why.
            #[must_use]
            pub const fn breaks(self) -> &'static [EngineRule] {
                match self {
                    $( EngineDefect::$defect => &[$(EngineRule::$rule),+], )+
                }
            }
        }
    };
}

defects! {
    /// Loads what it keeps.
    TrustsCache => [LoadTrue],
    /// Says no by what it keeps: what it read is no condition of a rejection.
    ForgetsReadSet => [RejectionTrue],
    /// Says "nothing to do" by what it keeps.
    TrustsSilence => [SilenceTrue],
    /// Does not confirm what did not exist when it looked.
    ForgetsAbsence => [AbsenceTrue],
    /// Appends at whatever version the stream is, not at the one that it decided on.
    OverwritesVersion => [AcceptanceTrue],
    /// Decides on events that are being appended, and says so before they are.
    AnswersBeforeCommit => [AnswerDurable],
    /// Keeps the state that a failed append would have led to.
    KeepsAfterFailure => [FailureForgotten],
    /// Stays busy with a command that was given up.
    StaysBusy => [GivenUpForgotten],
    /// Records events before it has tried them.
    RecordsUntried => [PanicHarmless],
    /// Appends again when the answer was lost.
    RepeatsUnknown => [UnknownSettled],
    /// Records a chosen id only where there is nothing else to record. Then nothing can be settled by it, nor found to be reused.
    LosesId => [UnknownSettled, IdOnce, IdReused],
    /// Records no outcome of a silent command.
    LosesSilentId => [SilentIdKept],
    /// Does not compare what came under an id with what comes.
    TakesAnyCommand => [IdReused],
    /// Takes the version asked for as advice.
    IgnoresVersionAsked => [VersionAsked],
    /// Puts the state before the command on the receipt, which is then not the one that is found again.
    ReceiptOfBefore => [IdOnce, ReceiptTrue],
    /// Loads the present where the past was asked for.
    PastIsPresent => [PastTrue],
}
