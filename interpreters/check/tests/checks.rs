//! Each check finds, in an aggregate that has exactly one defect, exactly that one.

use lawful::prelude::*;
use lawful_check::{Check, Report};

#[track_caller]
fn finds<A: Aggregate>(check: &Check<A>, expected: &[(&str, &str)]) -> Report {
    let report = check.run().expect("values");
    let found: Vec<_> = report
        .findings()
        .iter()
        .map(|finding| (finding.check, finding.message.as_str()))
        .collect();
    assert_eq!(found, expected, "{report}");
    report
}

/// A shelf that begins empty although it must not be.
#[state]
pub struct Shelf {
    stock: u8,
}

#[aggregate]
impl Shelf {
    /// It was filled.
    #[event]
    fn filled(&mut self) {
        self.stock = 1;
    }

    /// something is there
    #[invariant]
    fn is_stocked(&self) -> bool {
        self.stock > 0
    }

    /// Fills it.
    #[command]
    fn fill(&self) -> ShelfEvent {
        ShelfEvent::filled()
    }
}

#[test]
fn a_state_that_breaks_an_invariant_before_anything_happened() {
    let report = finds(
        &Check::<Shelf>::new(),
        &[(
            "broken invariant",
            "`Shelf::default()` breaks `is_stocked`: something is there",
        )],
    );
    assert!(report.has_errors());
}

/// A wallet whose author forgot to ask whether there is enough.
#[state]
pub struct Wallet {
    balance: i64,
}

#[aggregate]
impl Wallet {
    /// Money came in.
    #[event]
    fn filled(&mut self, amount: i64) {
        self.balance = amount;
    }

    /// Money went out.
    #[event]
    fn paid(&mut self, amount: i64) {
        self.balance -= amount;
    }

    /// the amount is positive and small
    #[rule]
    fn is_payable(amount: i64) -> bool {
        0 < amount && amount <= 2
    }

    /// it is never overdrawn
    #[invariant]
    fn is_solvent(&self) -> bool {
        self.balance >= 0
    }

    /// Puts money in.
    #[command(requires(is_payable(amount)))]
    fn fill(&self, amount: i64) -> WalletEvent {
        WalletEvent::filled(amount)
    }

    /// Takes money out.
    #[command(requires(is_payable(amount)))]
    fn pay(&self, amount: i64) -> WalletEvent {
        WalletEvent::paid(amount)
    }
}

#[test]
fn a_command_that_only_an_invariant_holds_back() {
    let report = finds(
        &Check::<Wallet>::new(),
        &[(
            "relies on an invariant",
            "`pay` relies on `is_solvent` (it is never overdrawn): its rules accept what only the invariant holds back; missing: `balance - amount >= 0`",
        )],
    );
    assert!(!report.has_errors());
    let readme = include_str!("../README.md");
    assert!(
        readme.contains(&format!("```text\n{report}\n```")),
        "{report}"
    );
}

/// A meter that only the invariant keeps from going back.
#[state]
pub struct Meter {
    reading: u8,
}

#[aggregate]
impl Meter {
    /// It was read.
    #[event]
    fn read(&mut self, at: u8) {
        self.reading = at;
    }

    /// the reading is small
    #[rule]
    fn is_plausible(at: u8) -> bool {
        at <= 2
    }

    /// it never goes back
    #[invariant]
    fn grows(&self, before: &Self) -> bool {
        before.reading <= self.reading
    }

    /// Reads it.
    #[command(requires(is_plausible(at)))]
    fn read_at(&self, at: u8) -> MeterEvent {
        MeterEvent::read(at)
    }
}

#[test]
fn a_command_that_only_a_step_invariant_holds_back() {
    finds(
        &Check::<Meter>::new(),
        &[(
            "relies on an invariant",
            "`read_at` relies on `grows` (it never goes back): its rules accept what only the invariant holds back; missing: a rule from which follows, after it, that it never goes back",
        )],
    );
}

/// A switch with much that never happens.
#[state]
pub struct Switch {
    on: bool,
    broken: bool,
}

#[aggregate]
impl Switch {
    /// It was turned.
    #[event]
    fn turned(&mut self) {
        self.on = !self.on;
    }

    /// It was mended.
    #[event]
    fn mended(&mut self) {
        self.broken = false;
    }

    /// It was painted.
    #[event]
    fn painted(&mut self) {}

    /// it is broken
    #[rule]
    fn is_broken(&self) -> bool {
        self.broken
    }

    /// it is blue
    #[rule]
    fn is_blue(&self) -> bool {
        self.on
    }

    /// Turns it.
    #[command(requires(not(is_broken)))]
    fn turn(&self) -> SwitchEvent {
        SwitchEvent::turned()
    }

    /// Mends it.
    #[command(requires(is_broken))]
    fn mend(&self) -> SwitchEvent {
        SwitchEvent::mended()
    }
}

#[test]
fn commands_events_rules_and_guards_that_never_matter() {
    let report = finds(
        &Check::<Switch>::new(),
        &[
            (
                "unreachable command",
                "`mend` is never accepted (tried 2 times, refused by `is_broken` 2 times)",
            ),
            ("unreachable event", "no accepted command emits `mended`"),
            ("unreachable event", "no accepted command emits `painted`"),
            ("unreachable rule", "nothing names the rule `is_blue`"),
            (
                "guard that cannot refuse",
                "`not(is_broken)` of `turn` never refuses",
            ),
        ],
    );
    insta::assert_snapshot!(report);
}

/// A lamp whose rules say a thing twice.
#[state]
pub struct Lamp {
    lit: u8,
}

#[aggregate]
impl Lamp {
    /// It was lit.
    #[event]
    fn lit(&mut self) {
        self.lit += 1;
    }

    /// It went out.
    #[event]
    fn went_out(&mut self) {
        self.lit = 0;
    }

    /// it is not bright
    #[rule]
    fn is_dim(&self) -> bool {
        self.lit < 3
    }

    /// it is dark
    #[rule]
    fn is_dark(&self) -> bool {
        self.lit < 1
    }

    /// Lights it.
    #[command(requires(is_dim, is_dark))]
    fn light(&self) -> LampEvent {
        LampEvent::lit()
    }

    /// Puts it out.
    #[command(requires(not(is_dark)))]
    fn put_out(&self) -> LampEvent {
        LampEvent::went_out()
    }
}

#[test]
fn a_guard_that_cannot_refuse() {
    finds(
        &Check::<Lamp>::new(),
        &[(
            "guard that cannot refuse",
            "`is_dim` of `light` never refuses",
        )],
    );
}

/// A tank that says one thing in two ways.
#[state]
pub struct Tank {
    level: u8,
}

#[aggregate]
impl Tank {
    /// It was filled.
    #[event]
    fn filled(&mut self) {
        self.level += 1;
    }

    /// It was emptied.
    #[event]
    fn emptied(&mut self) {
        self.level = 0;
    }

    /// it is not full
    #[rule]
    fn has_room(&self) -> bool {
        self.level < 2
    }

    /// it is not quite full
    #[rule]
    fn has_much_room(&self) -> bool {
        self.level * 2 < 4
    }

    /// it holds something
    #[rule]
    fn holds_something(&self) -> bool {
        self.level > 0
    }

    /// Fills it.
    #[command(requires(has_room, has_much_room))]
    fn fill(&self) -> TankEvent {
        TankEvent::filled()
    }

    /// Empties it.
    #[command(requires(holds_something))]
    fn empty(&self) -> TankEvent {
        TankEvent::emptied()
    }
}

#[test]
fn a_guard_that_refuses_nothing_by_itself() {
    finds(
        &Check::<Tank>::new(),
        &[
            (
                "redundant guard",
                "`has_room` of `fill` refuses only what its other rules refuse too",
            ),
            (
                "redundant guard",
                "`has_much_room` of `fill` refuses only what its other rules refuse too",
            ),
        ],
    );
}

/// A door with invariants that say nothing.
#[state]
pub struct Door {
    open: bool,
    locked: bool,
    alarms: u8,
}

#[aggregate]
impl Door {
    /// It was opened or shut.
    #[event]
    fn moved(&mut self, open: bool) {
        self.open = open;
        if open {
            self.locked = false;
        }
    }

    /// there are few alarms
    #[invariant]
    fn is_quiet(&self) -> bool {
        self.alarms < 3
    }

    /// a locked door is shut
    #[invariant]
    fn is_safe(&self) -> bool {
        !self.locked || !self.open
    }

    /// a locked door is shut, once more
    #[invariant]
    fn is_shut(&self) -> bool {
        if self.locked { !self.open } else { true }
    }

    /// Opens or shuts it.
    #[command]
    fn shift(&self, open: bool) -> DoorEvent {
        DoorEvent::moved(open)
    }
}

#[test]
fn invariants_that_say_nothing() {
    finds(
        &Check::<Door>::new(),
        &[
            (
                "vacuous invariant",
                "`is_quiet` says nothing: no event changes `alarms`",
            ),
            (
                "vacuous invariant",
                "`is_safe` says nothing: `!locked` always holds",
            ),
            (
                "vacuous invariant",
                "`is_shut` says nothing: `locked` never holds",
            ),
        ],
    );
}

/// An order that ends.
#[state]
pub struct Order {
    sent: bool,
    lost: bool,
}

#[aggregate]
impl Order {
    /// It was sent.
    #[event]
    fn sent(&mut self) {
        self.sent = true;
    }

    /// it was sent
    #[rule]
    fn is_sent(&self) -> bool {
        self.sent
    }

    /// Sends it.
    #[command(requires(not(is_sent)))]
    fn send(&self) -> OrderEvent {
        OrderEvent::sent()
    }
}

#[test]
fn a_dead_end_that_nobody_declared() {
    let report = finds(
        &Check::<Order>::new(),
        &[(
            "dead end",
            "in `Order { sent: true, lost: false }` no command records anything; if this is meant, name the rule that holds there: `.terminal(..)`",
        )],
    );
    assert_eq!(
        report.findings()[0].witness.as_deref(),
        Some("given  sent()")
    );
    finds(&Check::<Order>::new().terminal(OrderRule::IsSent), &[]);
}

/// A gauge that overflows.
#[state]
pub struct Gauge {
    level: u8,
}

#[aggregate]
impl Gauge {
    /// It rose.
    #[event]
    fn rose(&mut self) {
        self.level += 100;
    }

    /// Raises it.
    #[command]
    fn rise(&self) -> GaugeEvent {
        GaugeEvent::rose()
    }
}

#[test]
fn an_overflow() {
    let report = finds(
        &Check::<Gauge>::new(),
        &[("panic", "`rise()` panics: attempt to add with overflow")],
    );
    insta::assert_snapshot!(report);
}

fn explode(at: u8) -> u8 {
    assert!(at < 1, "too hot");
    at
}

/// A kettle that calls what the model cannot see.
#[state]
pub struct Kettle {
    heat: u8,
}

#[aggregate]
impl Kettle {
    /// It got hotter.
    #[event]
    fn heated(&mut self, by: u8) {
        self.heat = explode(by);
    }

    /// Heats it.
    #[command]
    fn heat(&self, by: u8) -> KettleEvent {
        KettleEvent::heated(by)
    }
}

#[test]
fn a_panic_in_what_the_model_cannot_read() {
    let report = Check::<Kettle>::new().run().expect("values");
    insta::assert_snapshot!(report);
}

/// A pot that boils over in between.
#[state]
pub struct Pot {
    level: i8,
}

#[aggregate]
impl Pot {
    /// The level changed.
    #[event]
    fn changed(&mut self, to: i8) {
        self.level = to;
    }

    /// it is never below nothing
    #[invariant]
    fn is_whole(&self) -> bool {
        self.level >= 0
    }

    /// Cooks.
    #[command]
    fn cook(&self) -> [PotEvent; 2] {
        [PotEvent::changed(-1), PotEvent::changed(1)]
    }
}

#[test]
fn an_invariant_that_is_broken_between_two_events() {
    finds(
        &Check::<Pot>::new(),
        &[(
            "broken in between",
            "`cook()` breaks `is_whole` after its event `changed(to: -1)` and mends it with a later one: a reader of single events sees that",
        )],
    );
}

#[test]
fn the_examples_are_well() {
    finds(&Check::<counter::Counter>::new(), &[]);
}
