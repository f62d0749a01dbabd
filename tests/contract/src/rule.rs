use crate::Factory;
use crate::report::Found;
use crate::rules::{
    append, atomic, concurrent, handle, news, order, outcome, reading, record, silent, snapshot,
    undecodable,
};
use lawful::log::AtomicLog;
use std::fmt::{Display, Formatter};
use std::pin::Pin;

/// A rule on its way.
pub(crate) type Boxed<'a> = Pin<Box<dyn Future<Output = Found> + 'a>>;

/// One table for everything that there is to a rule: its sentence, its variant, the function that asks for it and bears its name.
macro_rules! rules {
    (
        single { $( #[doc = $single_sentence:literal] $single:ident => $single_file:ident::$single_function:ident, )+ }
        atomic { $( #[doc = $atomic_sentence:literal] $atomic:ident => $atomic_file:ident::$atomic_function:ident, )+ }
    ) => {
        /// What every event log promises, sentence by sentence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $( #[doc = $single_sentence] $single, )+
            $( #[doc = $atomic_sentence] $atomic, )+
        }

        impl Rule {
            /// All rules, in declared order.
            pub const ALL: &'static [Rule] = &[$(Rule::$single,)+ $(Rule::$atomic,)+];

            /// In snake case: `whole_batch`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Rule::$single => stringify!($single_function), )+
                    $( Rule::$atomic => stringify!($atomic_function), )+
                }
            }

            /// The sentence that is true when the rule is kept.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $( Rule::$single => $single_sentence.trim_ascii(), )+
                    $( Rule::$atomic => $atomic_sentence.trim_ascii(), )+
                }
            }

            /// Asks a log for it; `None` where it is about several streams at once.
            pub(crate) fn single<F: Factory>(self, factory: &F) -> Option<Boxed<'_>> {
                match self {
                    $( Rule::$single => Some(Box::pin($single_file::$single_function(factory))), )+
                    _ => None,
                }
            }

            /// Asks a log for it.
            pub(crate) fn any<F>(self, factory: &F) -> Boxed<'_>
            where
                F: Factory,
                F::Log: AtomicLog,
            {
                match self {
                    $( Rule::$single => Box::pin($single_file::$single_function(factory)), )+
                    $( Rule::$atomic => Box::pin($atomic_file::$atomic_function(factory)), )+
                }
            }
        }
    };
}

rules! {
    single {
        /// a batch is appended wholly or not at all
        WholeBatch => append::whole_batch,
        /// a batch that rests on another version than the present one is refused and changes nothing
        StaleRefused => append::stale_refused,
        /// of several batches that rest on one version, one is appended
        OneWinner => append::one_winner,
        /// a stream that does not exist is at version 0, and a batch that rests on that is refused once it exists
        AbsentIsZero => append::absent_is_zero,
        /// of several that create one stream at the same time, one succeeds
        CreatedOnce => append::created_once,
        /// a conflict names the stream, the version expected and the version found
        ConflictTells => append::conflict_tells,
        /// a stream's version is the number of its events, which are numbered from 1
        VersionCounts => append::version_counts,
        /// a conflict, a duplicate or an unencodable event fails no other batch
        NeighboursUnharmed => concurrent::neighbours_unharmed,
        /// nothing acknowledged is lost or doubled among many concurrent tasks
        NothingLost => concurrent::nothing_lost,
        /// an append that is given up half-way happens wholly or not at all, and the log goes on
        GivenUp => concurrent::given_up,
        /// the acknowledgement tells for each command where its last event, or else the log's last event, is, and when that was
        ReceiptTrue => record::receipt_true,
        /// every event comes back as it was recorded
        EventSame => record::event_same,
        /// stream, version, command id, correlation, causation and metadata come back with each event
        Recorded => record::recorded,
        /// each event keeps the schema version under which it was recorded
        SchemaVersionTrue => record::schema_version_true,
        /// event ids are unique, and the same at every reading
        EventIdsUnique => record::event_ids_unique,
        /// a stream and the whole log tell the same entries
        ReadingsAgree => record::readings_agree,
        /// every event has a position of its own, and positions increase in the order of commits
        PositionsIncrease => order::positions_increase,
        /// a reader that has seen a position never finds a new event at or before it, however slow a writer is
        NothingNewBehind => order::nothing_new_behind,
        /// recorded-at never decreases with the position, even if the clock goes back
        TimeNeverBack => order::time_never_back,
        /// the head is the position of the last event, wherever it is told
        HeadTrue => order::head_true,
        /// a page of a stream, its version and its head are of one moment
        OneMoment => reading::one_moment,
        /// the pages of a stream account for every event in order, whatever their size
        StreamPages => reading::stream_pages,
        /// the pages of the whole log account for every event in order, whatever their size
        LogPages => reading::log_pages,
        /// a page holds at most as many events as were asked for; none is an answer too
        PageLimits => reading::page_limits,
        /// two aggregates with one id are two streams
        StreamsApart => reading::streams_apart,
        /// a reading that comes upon an undecodable event is an error, never a short history
        HonestReading => undecodable::honest_reading,
        /// the error names the event's stream, version, type and schema version
        UndecodableNamed => undecodable::undecodable_named,
        /// an event that cannot be written fails its batch wholly, as unencodable
        UnencodableRefused => undecodable::unencodable_refused,
        /// the outcome of a command whose id was chosen is found again as it was
        OutcomeFound => outcome::outcome_found,
        /// events and outcome are recorded in one act
        OutcomeWithEvents => outcome::outcome_with_events,
        /// a chosen id that comes again is refused with the first outcome, even under a stale version
        DuplicateRefused => outcome::duplicate_refused,
        /// a batch that holds a duplicate changes nothing
        DuplicateChangesNothing => outcome::duplicate_changes_nothing,
        /// of several commands with one chosen id that come at the same time, one is recorded
        ChosenOnce => outcome::chosen_once,
        /// a batch that holds one chosen id twice is refused
        TwiceInBatch => outcome::twice_in_batch,
        /// the same id on another stream is another command
        ScopeIsStream => outcome::scope_is_stream,
        /// a silent command whose id was chosen leaves its outcome
        SilentOutcome => silent::silent_outcome,
        /// a command whose id nobody chose leaves no outcome, and without events nothing at all
        UnchosenLeavesNothing => silent::unchosen_leaves_nothing,
        /// the condition of a silent command is checked all the same
        SilentCondition => silent::silent_condition,
        /// all handles are the same log at every moment
        HandlesAgree => handle::handles_agree,
        /// a log keeps its identity, and no two logs share one
        IdentityStable => handle::identity_stable,
        /// a position of another log is refused
        ForeignPositionRefused => handle::foreign_position_refused,
        /// everything acknowledged is there after a restart, and the order goes on behind it
        SurvivesRestart => handle::survives_restart,
        /// news of what is there already is told at once
        NewsOfPast => news::news_of_past,
        /// news of what comes wakes whoever waits, at whatever moment it comes
        NewsOfFuture => news::news_of_future,
        /// news comes through another handle too
        NewsAcross => news::news_across,
        /// there is no news of nothing
        NoFalseNews => news::no_false_news,
        /// a snapshot that is kept is found, and changes nothing else
        SnapshotFound => snapshot::snapshot_found,
        /// a snapshot under another fingerprint is not found
        SnapshotFingerprint => snapshot::snapshot_fingerprint,
        /// a snapshot of a later version than asked for is not found
        SnapshotAtMost => snapshot::snapshot_at_most,
        /// a newer snapshot takes the place of an older one
        SnapshotReplaced => snapshot::snapshot_replaced,
    }
    atomic {
        /// several batches are appended all or none
        AllOrNone => atomic::all_or_none,
        /// whoever sees one of several batches sees them all
        SeenTogether => atomic::seen_together,
        /// the answers are in the order of the batches
        AnswersInOrder => atomic::answers_in_order,
        /// a stream that was read must still be at the version seen
        ReadIsCondition => atomic::read_is_condition,
        /// that a stream which was read does not exist is a condition too
        AbsentReadIsCondition => atomic::absent_read_is_condition,
        /// reads are confirmed and batches appended in one act
        ReadsAndWritesAtOnce => atomic::reads_and_writes_at_once,
        /// two batches for one stream cannot both rest on one version
        SameStreamTwice => atomic::same_stream_twice,
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name(), self.sentence())
    }
}
