use lawful::prelude::*;

#[row]
struct Keyless {
    balance: i64,
}

#[row]
struct Optional {
    #[key]
    owner: Option<String>,
}

#[row]
struct Twofold {
    #[key]
    #[index]
    owner: String,
}

#[row]
struct Many {
    #[key]
    a: i64,
    #[key]
    b: i64,
    #[key]
    c: i64,
    #[key]
    d: i64,
    #[key]
    e: i64,
}

#[row]
struct Pair(i64, i64);

#[row]
enum Either {
    One,
}

fn main() {}
