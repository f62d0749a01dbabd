//! What the reader makes of bodies, and how the printer shows it.

use lawful::model::Expr;

/// The tree of a body of an `Account` with a few rules, helpers and events around it.
macro_rules! read {
    ($($parameter:ident),*; $body:block) => {{
        static TREE: Expr = lawful::__private::__read!(
            aggregate Account;
            parameters($($parameter),*);
            rules(is_open(), covers(amount), is_payable(amount));
            helpers(available(), total(lines), settle(amount));
            events(withdrawn(amount), closed(), charged(fee, reason), held_up(by));
            $body
        );
        &TREE
    }};
}

#[test]
fn first() {
    let tree = read!(amount; { self.balance >= amount });
    assert_eq!(tree.to_string(), "balance >= amount");
    let tree = read!(amount; { self.balance >= (amount + 1) * 3 && self.owner.is_some() || !self.covers(amount) });
    assert_eq!(tree.to_string(), "");
}
