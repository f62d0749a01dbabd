//! The laws that every declaration keeps.

use bank::Account;

#[test]
fn its_laws_hold() {
    lawful_check::laws::<Account>();
}
