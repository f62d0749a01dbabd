//! The laws that every declaration keeps.

use todo::List;

#[test]
fn its_laws_hold() {
    lawful_check::laws::<List>();
}
