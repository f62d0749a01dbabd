//! An aggregate whose state is an enum, with values, entities and free rules.

use lawful::prelude::*;
use std::collections::BTreeMap;

/// Rules about amounts, shared by aggregates.
pub mod money {
    use lawful::prelude::*;

    /// the amount is positive
    #[rule]
    pub fn is_positive(amount: i64) -> bool {
        amount > 0
    }

    /// the currency is one of ours
    #[rule]
    pub fn is_known(currency: &str) -> bool {
        matches!(currency, "EUR" | "USD")
    }
}

/// How the goods travel.
#[value]
#[derive(Copy)]
pub enum Carrier {
    Post,
    Courier { priority: u8 },
}

/// A name that is not blank.
#[value]
pub struct Product(String);

impl Product {
    pub fn new(name: &str) -> Self {
        Product(name.to_owned())
    }
}

/// One line of an order.
#[entity]
pub struct LineItem {
    id: Id<Self>,
    product: Product,
    quantity: u32,
}

/// Something somebody wants.
#[state]
pub enum Order {
    #[default]
    Draft,
    Open {
        lines: BTreeMap<Id<LineItem>, LineItem>,
        note: Option<String>,
    },
    Sent(Carrier),
}

#[aggregate(snapshot = 100)]
impl Order {
    /// The order was begun.
    #[event(name = "begun")]
    fn started(&mut self, note: Option<String>) {
        *self = Order::Open {
            lines: BTreeMap::new(),
            note,
        };
    }

    /// A line was added.
    #[event(alias = "item_added", alias = "added", upcast(1 => line_from_v1, 2 => line_from_v2))]
    fn line_added(
        &mut self,
        id: Id<LineItem>,
        product: &Product,
        #[serde(rename = "count", default = "one")] quantity: u32,
    ) {
        if let Order::Open { lines, .. } = self {
            lines.insert(
                id,
                LineItem {
                    id,
                    product: product.clone(),
                    quantity,
                },
            );
        }
    }

    /// Tags were given, which change nothing.
    #[event]
    fn tagged(&mut self, tags: &[String]) {}

    /// The order left.
    #[event]
    fn sent(&mut self, by: Carrier) {
        *self = Order::Sent(by);
    }

    /// the order was begun and has not left
    #[rule]
    fn is_open(&self) -> bool {
        matches!(self, Order::Open { .. })
    }

    /// the order has left
    #[rule]
    fn is_sent(&self) -> bool {
        matches!(self, Order::Sent(_))
    }

    #[rule]
    fn has_lines(&self) -> bool {
        self.line_count() > 0
    }

    /// the note is not blank
    #[rule]
    fn is_noted(note: &Option<String>) -> bool {
        note.as_ref().is_none_or(|note| !note.is_empty())
    }

    /// the line is not there yet
    #[rule]
    fn is_new(&self, id: Id<LineItem>) -> bool {
        match self {
            Order::Open { lines, .. } => !lines.contains_key(&id),
            _ => true,
        }
    }

    /// what has left stays away
    #[invariant]
    fn stays_away(&self, before: &Self) -> bool {
        !before.is_sent() || self.is_sent()
    }

    fn line_count(&self) -> usize {
        match self {
            Order::Open { lines, .. } => lines.len(),
            _ => 0,
        }
    }

    /// Begins the order.
    #[command(requires(not(any(is_open, is_sent)), is_noted(note)))]
    fn start(&self, note: Option<String>) -> OrderEvent {
        OrderEvent::started(note)
    }

    /// Adds a line.
    #[command(requires(is_open, money::is_positive(quantity.into()), then(is_new(id))))]
    fn add(&self, id: Id<LineItem>, product: &Product, quantity: u32) -> [OrderEvent; 1] {
        [OrderEvent::line_added(id, product, quantity)]
    }

    /// Tags the order.
    #[command(requires(any(is_open, all(is_sent, not(has_lines)))))]
    fn tag(&self, tags: &[String]) -> Vec<OrderEvent> {
        tags.iter()
            .map(|tag| OrderEvent::tagged([tag.clone()]))
            .collect()
    }

    /// Adds two lines.
    #[command(requires(is_open))]
    fn add_pair(&self, one: Id<LineItem>, two: Id<LineItem>, product: &Product) -> Deciding<Self> {
        let mut next = self.deciding();
        for id in [one, two] {
            if next.is_new(id) {
                next.emit(OrderEvent::line_added(id, product, 1));
            }
        }
        next
    }

    /// Sends the order if it holds anything.
    #[command(requires(any(is_open, is_sent)), unless(is_sent))]
    fn send(&self, by: Carrier) -> Option<OrderEvent> {
        self.has_lines().then(|| OrderEvent::sent(by))
    }

    /// Pays, which is refused in the end.
    #[command(requires(money::is_known(currency), money::is_positive(amount * 2)))]
    fn pay(&self, currency: &str, amount: i64) -> Result<Vec<OrderEvent>, OrderRule> {
        if self.line_count() == 0 {
            Err(OrderRule::HasLines)
        } else {
            Ok(Vec::new())
        }
    }

    /// Brings it back, which breaks the invariant.
    #[command(name = "return")]
    fn bring_back(&self) -> OrderEvent {
        OrderEvent::started(None)
    }
}

fn one() -> u32 {
    1
}

fn line_from_v1(mut data: Value) -> Result<Value, String> {
    let fields = data.as_object_mut().ok_or("no object")?;
    let name = fields.remove("name").ok_or("no `name`")?;
    fields.insert("article".to_owned(), name);
    Ok(data)
}

fn line_from_v2(mut data: Value) -> Result<Value, String> {
    let fields = data.as_object_mut().ok_or("no object")?;
    let article = fields.remove("article").ok_or("no `article`")?;
    fields.insert("product".to_owned(), article);
    Ok(data)
}
