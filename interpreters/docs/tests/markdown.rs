//! The Markdown of whole domains, held as it is.

mod shop;

use lawful_docs::Docs;
use shop::{Order, Shop, Stock};

#[test]
fn a_shop() {
    let docs = Docs::of::<Shop>().explored::<Order>().expect("an order");
    let docs = docs.explored::<Stock>().expect("stock");
    insta::assert_snapshot!(docs.markdown());
}
