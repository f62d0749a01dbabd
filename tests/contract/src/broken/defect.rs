use crate::Rule;

macro_rules! defects {
    ($( $(#[$doc:meta])+ $defect:ident => [$($rule:ident),+], )+) => {
        /// What can be wrong with a log. Each was seen in a published one, or is what one would write in a hurry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Defect {
            $( $(#[$doc])+ $defect, )+
        }

        impl Defect {
            /// All of them.
            pub const ALL: &'static [Defect] = &[$(Defect::$defect),+];

            /// The rules that a log with this defect breaks: one, or more where its description says why.
            #[must_use]
            pub const fn breaks(self) -> &'static [Rule] {
                match self {
                    $( Defect::$defect => &[$(Rule::$rule),+], )+
                }
            }
        }
    };
}

defects! {
    /// Inserts the events of a batch one by one. Whoever gives up in between leaves a part behind, so that it breaks two rules.
    HalfABatch => [WholeBatch, GivenUp],
    /// Asks only whether the stream has moved on, not whether it is behind what the batch rests on.
    AcceptsAhead => [StaleRefused],
    /// `ON CONFLICT DO NOTHING`: acknowledges what it did not insert. Then of several batches all win, and what they were
    /// acknowledged for is lost.
    SwallowsConflicts => [StaleRefused, OneWinner, NothingLost],
    /// Checks the version and inserts in two acts.
    ChecksThenInserts => [OneWinner],
    /// Asks whether the stream exists and creates it in two acts. Where two write what the other reads, that is no different.
    CreatesInTwoActs => [CreatedOnce],
    /// Takes "must not exist" for "any version". Then every creator succeeds, at the same time too.
    ForgetsAbsence => [AbsentIsZero, CreatedOnce],
    /// Says that there was a conflict and guesses the version, also where a read is stale.
    VagueConflict => [ConflictTells, ReadIsCondition],
    /// Counts commands where it is asked for the version.
    VersionOfCommands => [VersionCounts],
    /// Commits waiting batches together and fails them together.
    HarmsNeighbours => [NeighboursUnharmed],
    /// Acknowledges some appends without writing them when many come at once.
    LosesUnderLoad => [NothingLost],
    /// Locks the stream of an append and never unlocks it if the append is given up.
    StaysLocked => [GivenUp],
    /// Tells every command of a batch the position of the last.
    ReceiptOfBatch => [ReceiptTrue],
    /// Leaves out characters that it cannot store.
    DropsCharacters => [EventSame],
    /// Does not store the causation id.
    ForgetsCausation => [Recorded],
    /// Says of every event that its schema version is 1.
    SchemaVersionOne => [SchemaVersionTrue],
    /// Makes event ids from command ids, whose scope is one stream.
    RepeatsEventIds => [EventIdsUnique],
    /// Leaves the metadata out when the whole log is read.
    LogWithoutMetadata => [ReadingsAgree],
    /// Numbers the events of a batch from its end.
    BatchBackwards => [PositionsIncrease],
    /// Takes positions before the commit, as from a sequence.
    PositionBeforeCommit => [NothingNewBehind],
    /// Takes recorded-at from the clock as it is.
    ClockGoesBack => [TimeNeverBack],
    /// Tells the position of the stream's last event as the head of the log.
    HeadOfStream => [HeadTrue],
    /// Reads events and version in two statements.
    TwoStatements => [OneMoment],
    /// Begins further pages of a stream one event too late.
    StreamPageSkips => [StreamPages],
    /// Begins further pages of the log one event too late.
    LogPageSkips => [LogPages],
    /// Takes a limit of 0 for none.
    ZeroIsAll => [PageLimits],
    /// Reads streams by their id alone, without the aggregate's name.
    StreamsByIdAlone => [StreamsApart],
    /// Ends a page where an event cannot be read, as if that were all.
    ShortHistory => [HonestReading],
    /// Does not say which event cannot be read.
    UnnamedUndecodable => [UndecodableNamed],
    /// Writes something else for what it cannot write. Then several batches of which one cannot be written are appended as well.
    WritesUnencodable => [UnencodableRefused, AllOrNone],
    /// Keeps the outcomes of the latest commands only.
    ForgetsOldOutcomes => [OutcomeFound],
    /// Records the outcome after the events, in another act. Whoever comes in between with the same id is not recognised, neither
    /// another caller nor the same one who gave up and asks again.
    OutcomeLater => [GivenUp, OutcomeWithEvents, ChosenOnce],
    /// Looks at the version first and at command ids then.
    ConflictFirst => [DuplicateRefused],
    /// Inserts what stands before the duplicate.
    InsertsUpToDuplicate => [DuplicateChangesNothing],
    /// Looks for the command id and inserts in two acts.
    LooksThenInserts => [ChosenOnce],
    /// Does not compare the command ids of a batch with each other.
    TrustsBatch => [TwiceInBatch],
    /// Looks for a command id in all streams.
    GlobalScope => [ScopeIsStream],
    /// Records no outcome where there is no event. Then of two silent commands with one id both are accepted.
    ForgetsSilent => [ChosenOnce, SilentOutcome],
    /// Records outcomes for ids that nobody chose.
    RemembersUnchosen => [UnchosenLeavesNothing],
    /// Does not look at the version where there is nothing to insert.
    SilentUnchecked => [SilentCondition],
    /// Another handle keeps a version that it saw once.
    TrustsCache => [HandlesAgree],
    /// Every log has the same identity.
    SharedIdentity => [IdentityStable],
    /// Reads the number of a position and not the log that it belongs to.
    AcceptsForeign => [ForeignPositionRefused],
    /// Keeps outcomes in memory only.
    RestartForgetsOutcomes => [SurvivesRestart],
    /// Looks for news of the last append only.
    OnlyLatestNews => [NewsOfPast],
    /// Looks for events and goes to sleep in two acts.
    LosesNotification => [NewsOfFuture],
    /// Notifies the waiters of its own process only.
    DeafToOthers => [NewsAcross],
    /// Takes every transaction for news.
    FalseNews => [NoFalseNews],
    /// Keeps no snapshot.
    LosesSnapshots => [SnapshotFound],
    /// Does not look at the fingerprint.
    AnyFingerprint => [SnapshotFingerprint],
    /// Does not look at the snapshot's version.
    TooNewSnapshot => [SnapshotAtMost],
    /// Keeps the first snapshot of a stream for ever.
    KeepsOldSnapshot => [SnapshotReplaced],
    /// Appends several batches in turns until one is refused. Of two for one stream, the first then stays.
    InTurns => [AllOrNone, SameStreamTwice],
    /// Checks all batches and then shows one after the other.
    SeenOneByOne => [SeenTogether],
    /// Answers in the order of positions, last first.
    AnswersBackwards => [AnswersInOrder],
    /// Does not look at what was read. Then two may each write what the other read.
    IgnoresReads => [ReadIsCondition, ReadsAndWritesAtOnce],
    /// Does not look at streams that were read and did not exist. Then two may each create what the other missed.
    IgnoresAbsentReads => [AbsentReadIsCondition, ReadsAndWritesAtOnce],
    /// Confirms what was read, and appends in another act.
    ReadsThenWrites => [ReadsAndWritesAtOnce],
    /// Checks all batches against the streams as they are before the first.
    ChecksAllFirst => [SameStreamTwice],
}
