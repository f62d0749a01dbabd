//! The laws that every declaration keeps.

use counter::Counter;

#[test]
fn its_laws_hold() {
    lawful_check::laws::<Counter>();
}
