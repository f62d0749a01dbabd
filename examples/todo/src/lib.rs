//! A list of things to do; each item has an id of its own.

use lawful::prelude::*;

const MOST_OPEN: usize = 5;

/// Something to be done.
#[entity]
pub struct Item {
    id: Id<Self>,
    title: String,
    done: bool,
}

/// What somebody wants to get done.
#[state]
pub struct List {
    items: Vec<Item>,
}

#[aggregate(name = "todo")]
impl List {
    /// An item was written down.
    #[event]
    fn added(&mut self, item: Id<Item>, title: &str) {
        self.items.push(Item {
            id: item,
            title: title.to_owned(),
            done: false,
        });
    }

    /// An item got done.
    #[event]
    fn completed(&mut self, item: Id<Item>) {
        if let Some(found) = self.items.iter_mut().find(|found| found.id == item) {
            found.done = true;
        }
    }

    /// An item was taken off the list.
    #[event]
    fn removed(&mut self, item: Id<Item>) {
        self.items.retain(|found| found.id != item);
    }

    /// the item is on the list
    #[rule]
    fn has(&self, item: Id<Item>) -> bool {
        self.items.iter().any(|found| found.id == item)
    }

    /// the item is done
    #[rule]
    fn is_done(&self, item: Id<Item>) -> bool {
        self.items
            .iter()
            .any(|found| found.id == item && found.done)
    }

    /// the title says something
    #[rule]
    fn has_words(title: &str) -> bool {
        !title.trim().is_empty()
    }

    /// at most five items are open
    #[invariant]
    fn is_manageable(&self) -> bool {
        self.open() <= MOST_OPEN
    }

    /// titles do not repeat
    #[invariant]
    fn is_clear(&self) -> bool {
        self.items.iter().all(|item| {
            self.items
                .iter()
                .filter(|other| other.title == item.title)
                .count()
                == 1
        })
    }

    fn open(&self) -> usize {
        self.items.iter().filter(|item| !item.done).count()
    }

    /// Writes an item down.
    #[command(requires(not(has(item)), has_words(title)))]
    fn add(&self, item: Id<Item>, title: &str) -> ListEvent {
        ListEvent::added(item, title)
    }

    /// Ticks an item off; twice is as good as once.
    #[command(requires(has(item)), unless(is_done(item)))]
    fn complete(&self, item: Id<Item>) -> ListEvent {
        ListEvent::completed(item)
    }

    /// Takes off the list all that is done.
    #[command]
    fn tidy(&self) -> Vec<ListEvent> {
        self.items
            .iter()
            .filter(|item| item.done)
            .map(|item| ListEvent::removed(item.id))
            .collect()
    }
}

/// Getting things done.
#[domain(aggregates(List))]
pub struct Todo;
