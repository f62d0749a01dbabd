//! Aggregates of which each has exactly the trouble that its sentence names.

/// Lines may appear in a cart that is checked out, and nothing says that they may not.
pub(crate) mod cart {
    use lawful::prelude::*;
    use std::collections::BTreeSet;

    /// A shopping cart.
    #[state]
    pub(crate) struct Cart {
        lines: BTreeSet<String>,
        checked_out: bool,
    }

    #[aggregate]
    impl Cart {
        /// An article was put in.
        #[event]
        fn added(&mut self, sku: &str) {
            self.lines.insert(sku.to_owned());
        }

        /// An article was taken out.
        #[event]
        fn removed(&mut self, sku: &str) {
            self.lines.remove(sku);
        }

        /// The cart became an order.
        #[event]
        fn checked_out(&mut self) {
            self.checked_out = true;
        }

        /// the cart is checked out
        #[rule]
        fn is_checked_out(&self) -> bool {
            self.checked_out
        }

        /// something is in the cart
        #[rule]
        fn is_filled(&self) -> bool {
            !self.lines.is_empty()
        }

        /// the article is in the cart
        #[rule]
        fn has(&self, sku: &str) -> bool {
            self.lines.contains(sku)
        }

        /// an order is not empty
        #[invariant]
        fn is_worth_it(&self) -> bool {
            !self.checked_out || !self.lines.is_empty()
        }

        /// Puts an article in.
        #[command(requires(not(is_checked_out)))]
        fn add(&self, sku: &str) -> CartEvent {
            CartEvent::added(sku)
        }

        /// Takes an article out.
        #[command(requires(not(is_checked_out), has(sku)))]
        fn remove(&self, sku: &str) -> CartEvent {
            CartEvent::removed(sku)
        }

        /// Orders what is in the cart.
        #[command(requires(not(is_checked_out), is_filled))]
        fn check_out(&self) -> CartEvent {
            CartEvent::checked_out()
        }
    }
}

/// A bid may arrive that is higher than the one that won.
pub(crate) mod auction {
    use lawful::prelude::*;

    /// An auction.
    #[state]
    pub(crate) struct Auction {
        highest: u8,
        winner: Option<u8>,
    }

    #[aggregate]
    impl Auction {
        /// Somebody offered this much.
        #[event]
        fn offered(&mut self, amount: u8) {
            self.highest = self.highest.max(amount);
        }

        /// The highest bid won.
        #[event]
        fn closed(&mut self, amount: u8) {
            self.winner = Some(amount);
        }

        /// the auction is closed
        #[rule]
        fn is_closed(&self) -> bool {
            self.winner.is_some()
        }

        /// the amount is from one to three
        #[rule]
        fn is_offerable(amount: u8) -> bool {
            0 < amount && amount <= 3
        }

        /// the highest bid wins
        #[invariant]
        fn is_fair(&self) -> bool {
            self.winner.is_none_or(|winner| winner == self.highest)
        }

        /// Offers an amount.
        #[command(requires(not(is_closed), is_offerable(amount)))]
        fn bid(&self, amount: u8) -> AuctionEvent {
            AuctionEvent::offered(amount)
        }

        /// Ends it.
        #[command(requires(not(is_closed)))]
        fn close(&self) -> AuctionEvent {
            AuctionEvent::closed(self.highest)
        }
    }
}

/// An order may refer to a customer who is gone: the foreign key.
pub(crate) mod shop {
    use lawful::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Somebody who orders.
    pub(crate) enum Customer {}

    /// What somebody ordered.
    pub(crate) enum Order {}

    /// A shop.
    #[state]
    pub(crate) struct Shop {
        customers: BTreeSet<Id<Customer>>,
        orders: BTreeMap<Id<Order>, Id<Customer>>,
    }

    #[aggregate]
    impl Shop {
        /// Somebody signed up.
        #[event]
        fn joined(&mut self, customer: Id<Customer>) {
            self.customers.insert(customer);
        }

        /// Somebody was taken off the list.
        #[event]
        fn removed(&mut self, customer: Id<Customer>) {
            self.customers.remove(&customer);
        }

        /// Somebody ordered.
        #[event]
        fn ordered(&mut self, order: Id<Order>, customer: Id<Customer>) {
            self.orders.insert(order, customer);
        }

        /// the customer is known
        #[rule]
        fn knows(&self, customer: Id<Customer>) -> bool {
            self.customers.contains(&customer)
        }

        /// the customer has orders
        #[rule]
        fn has_orders(&self, customer: Id<Customer>) -> bool {
            self.orders.values().any(|owner| *owner == customer)
        }

        /// the order is new
        #[rule]
        fn is_new(&self, order: Id<Order>) -> bool {
            !self.orders.contains_key(&order)
        }

        /// every order has a customer
        #[invariant]
        fn is_consistent(&self) -> bool {
            self.orders
                .values()
                .all(|owner| self.customers.contains(owner))
        }

        /// Signs somebody up.
        #[command(requires(not(knows(customer))))]
        fn join(&self, customer: Id<Customer>) -> ShopEvent {
            ShopEvent::joined(customer)
        }

        /// Takes somebody off the list.
        #[command(requires(knows(customer), not(has_orders(customer))))]
        fn remove(&self, customer: Id<Customer>) -> ShopEvent {
            ShopEvent::removed(customer)
        }

        /// Orders.
        #[command(requires(knows(customer), is_new(order)))]
        fn order(&self, order: Id<Order>, customer: Id<Customer>) -> ShopEvent {
            ShopEvent::ordered(order, customer)
        }
    }
}

/// Events hold the new level instead of the change, so that every two movements conflict.
pub(crate) mod tank {
    use lawful::prelude::*;

    /// A tank.
    #[state]
    pub(crate) struct Tank {
        level: u8,
    }

    #[aggregate]
    impl Tank {
        /// The tank is filled up to here.
        #[event]
        fn measured(&mut self, level: u8) {
            self.level = level;
        }

        /// there is room
        #[rule]
        fn has_room(&self) -> bool {
            self.level < 4
        }

        /// Pours a litre in.
        #[command(requires(has_room))]
        fn fill(&self) -> TankEvent {
            TankEvent::measured(self.level.saturating_add(1))
        }
    }
}

/// Nothing is wrong with it.
pub(crate) mod guests {
    use lawful::prelude::*;
    use std::collections::BTreeSet;

    /// Who came.
    #[state]
    pub(crate) struct Guests {
        names: BTreeSet<String>,
        open: bool,
    }

    #[aggregate]
    impl Guests {
        /// Somebody came.
        #[event]
        fn came(&mut self, name: &str) {
            self.names.insert(name.to_owned());
        }

        /// The doors were opened.
        #[event]
        fn opened(&mut self) {
            self.open = true;
        }

        /// the doors are open
        #[rule]
        fn is_open(&self) -> bool {
            self.open
        }

        /// nobody is in yet
        #[rule]
        fn is_empty(&self) -> bool {
            self.names.is_empty()
        }

        /// this cannot be
        #[rule]
        fn is_impossible(&self) -> bool {
            self.names.is_empty() && !self.names.is_empty()
        }

        /// Writes a guest down.
        #[command(requires(is_open))]
        fn welcome(&self, name: &str) -> GuestsEvent {
            GuestsEvent::came(name)
        }

        /// Opens the doors; twice is as good as once.
        #[command]
        fn open(&self) -> GuestsEvent {
            GuestsEvent::opened()
        }

        /// Cannot be done.
        #[command(requires(is_impossible))]
        fn vanish(&self) -> GuestsEvent {
            GuestsEvent::opened()
        }
    }
}

/// A raise that arrives late is a cut: only an invariant over a step says so.
pub(crate) mod wage {
    use lawful::prelude::*;

    /// What somebody earns.
    #[state]
    pub(crate) struct Wage {
        amount: u8,
    }

    #[aggregate]
    impl Wage {
        /// It is this much now.
        #[event]
        fn set(&mut self, amount: u8) {
            self.amount = amount;
        }

        /// it becomes more
        #[rule]
        fn is_more(&self, amount: u8) -> bool {
            self.amount < amount && amount <= 3
        }

        /// nobody's wage is cut
        #[invariant]
        fn is_never_cut(&self, before: &Self) -> bool {
            self.amount >= before.amount
        }

        /// Raises it.
        #[command(requires(is_more(amount)))]
        fn raise(&self, amount: u8) -> WageEvent {
            WageEvent::set(amount)
        }
    }
}

/// Two halves that fit one by one overflow together.
pub(crate) mod meter {
    use lawful::prelude::*;

    /// A meter that counts to 255.
    #[state]
    pub(crate) struct Meter {
        count: u8,
    }

    #[aggregate]
    impl Meter {
        /// It went on.
        #[event]
        fn advanced(&mut self, by: u8) {
            self.count += by;
        }

        /// the meter is at the beginning
        #[rule]
        fn is_at_zero(&self) -> bool {
            self.count == 0
        }

        /// it goes on by much
        #[rule]
        fn is_much(by: u8) -> bool {
            by >= 200
        }

        /// Goes on.
        #[command(requires(is_at_zero, is_much(by)))]
        fn advance(&self, by: u8) -> MeterEvent {
            MeterEvent::advanced(by)
        }
    }
}

/// A late start turns it once more, but only after the wheel went all the way round: no short story shows it.
pub(crate) mod wheel {
    use lawful::prelude::*;

    /// A wheel with six places.
    #[state]
    pub(crate) struct Wheel {
        at: u8,
    }

    #[aggregate]
    impl Wheel {
        /// It was given a push.
        #[event]
        fn started(&mut self) {
            if self.at == 0 {
                self.at = 1;
            }
        }

        /// It went on from this place to the next.
        #[event]
        fn turned(&mut self, from: u8) {
            if self.at == from {
                self.at = if from < 5 { from + 1 } else { 0 };
            }
        }

        /// the wheel stands still
        #[rule]
        fn is_still(&self) -> bool {
            self.at == 0
        }

        /// the wheel is at this place
        #[rule]
        fn is_at(&self, place: u8) -> bool {
            self.at == place
        }

        /// Gives it a push.
        #[command(requires(is_still))]
        fn start(&self) -> WheelEvent {
            WheelEvent::started()
        }

        /// Lets it go on.
        #[command(requires(is_at(from)))]
        fn turn(&self, #[samples(1, 2, 3, 4, 5)] from: u8) -> WheelEvent {
            WheelEvent::turned(from)
        }
    }
}

/// Its invariant is no function of the state: it holds when it is looked at first, and never again.
pub(crate) mod moody {
    use lawful::prelude::*;
    use std::cell::Cell;

    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }

    fn was_asked() -> bool {
        ASKED.replace(true)
    }

    /// Somebody who says yes once.
    #[state]
    pub(crate) struct Moody {
        favours: u8,
    }

    #[aggregate]
    impl Moody {
        /// A favour was done.
        #[event]
        fn done(&mut self) {
            self.favours = 1;
        }

        /// it was not asked before
        #[invariant]
        fn is_willing(&self) -> bool {
            !was_asked()
        }

        /// Asks a favour.
        #[command]
        fn ask(&self) -> MoodyEvent {
            MoodyEvent::done()
        }
    }
}
