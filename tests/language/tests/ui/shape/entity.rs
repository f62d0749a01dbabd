use lawful::prelude::*;

#[entity]
struct LineItem {
    quantity: u32,
}

#[entity]
struct Note {
    id: u32,
}

#[entity]
enum Part {
    One,
}

fn main() {}
