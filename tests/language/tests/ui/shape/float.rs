use lawful::prelude::*;

#[state]
struct Room {
    degrees: f64,
    history: Vec<f32>,
}

fn main() {}
