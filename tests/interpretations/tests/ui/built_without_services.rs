use interpretations::Bank;
use lawful_memory::Memory;
use lawful_sqlite::Sqlite;

fn main() {
    let _ = Memory::<Bank>::default();
    let _ = Sqlite::<Bank>::open("bank.db");
}
