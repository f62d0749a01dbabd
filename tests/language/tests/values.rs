//! What a state is made of is known as far as it was declared, however types hold one another.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(dead_code, reason = "some types are only looked at")]

use lawful::model::{AggregateModel, StateModel, ValueModel};
use lawful::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A tree whose branches hold leaves, which hold trees.
#[value]
struct Branch {
    leaves: Vec<Leaf>,
    next: Option<Box<Branch>>,
}

/// A leaf of a [`Branch`].
#[value]
enum Leaf {
    Bare,
    Grafted(Box<Branch>),
}

/// Another module's type of a name that is taken.
mod other {
    use lawful::prelude::*;

    #[value]
    pub(super) struct Leaf(u8);
}

/// A state of declared and of foreign types.
#[state]
struct Tree {
    trunk: Option<Branch>,
    seeds: BTreeMap<Id<Tree>, (other::Leaf, u8)>,
    place: PathBuf,
}

#[aggregate]
impl Tree {
    #[event]
    fn planted(&mut self, trunk: Branch, place: PathBuf) {
        self.trunk = Some(trunk);
        self.place = place;
    }
}

fn names(shape: &StateModel) -> Vec<Option<&str>> {
    shape
        .values
        .iter()
        .map(|value| value.get().map(|shape| &*shape.name))
        .collect()
}

#[test]
fn declared_types_have_shapes_and_foreign_ones_have_none() {
    let state = &Tree::model().state;
    assert_eq!(names(state), [Some("Branch"), Some("Leaf"), None]);
    let branch = state.values[0].get().unwrap();
    assert_eq!(names(branch), [Some("Leaf")]);
    assert_eq!(branch.fields[1].ty, "Option<Box<Branch>>");
    let other = state.values[1].get().unwrap();
    assert_eq!(other.fields[0].name, "0");
}

#[test]
fn types_that_hold_one_another_are_written_once() {
    let model = Tree::model();
    let json = serde_json::to_string(model).unwrap();
    assert_eq!(json.matches(r#""name":"Branch""#).count(), 1);
    let back: AggregateModel = serde_json::from_str(&json).unwrap();
    assert_eq!(&back, model);
    assert_eq!(model, model);
    assert_eq!(format!("{:?}", back.state), format!("{:?}", model.state));
}

#[test]
fn different_shapes_differ() {
    let state = &Tree::model().state;
    assert_ne!(state.values[0], state.values[1]);
    assert_ne!(state.values[0], ValueModel::Native(|| None));
}
