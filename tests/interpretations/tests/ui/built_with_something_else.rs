use interpretations::{Bank, BankServices};
use lawful_memory::Memory;

struct NoNotices;

fn main() {
    let _ = Memory::<Bank>::new(());
    let _ = Memory::<Bank>::new(BankServices { notices: NoNotices });
}
