//! The log in a SQLite file keeps the contract, through several handles and after a restart.
mod files;

use files::Files;
use lawful_contract::check_atomic;

#[tokio::test(flavor = "multi_thread")]
async fn the_log_in_a_sqlite_file_keeps_the_contract() {
    let report = check_atomic(&Files::new()).await;
    report.assert_kept();
    assert_eq!(report.not_applicable(), [], "{report}");
}
