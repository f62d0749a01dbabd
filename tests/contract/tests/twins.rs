//! Each rule is broken by a log that has just that defect; without a defect, none is.
//!
//! Time stands still but for whoever waits, so that a log which never answers costs nothing.
use lawful_contract::{Defect, Rule, Twin, check_atomic};

#[tokio::test(start_paused = true)]
async fn a_log_without_defect_keeps_every_rule() {
    let report = check_atomic(&Twin(None)).await;
    report.assert_kept();
    assert_eq!(report.not_applicable(), [], "{report}");
}

#[tokio::test(start_paused = true)]
async fn every_defect_breaks_just_its_rule() {
    let mut wrong = Vec::new();
    for defect in Defect::ALL {
        let report = check_atomic(&Twin(Some(*defect))).await;
        if report.broken() != defect.breaks() {
            wrong.push(format!(
                "{defect:?} breaks {:?}, expected {:?}\n{report}",
                report.broken(),
                defect.breaks()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_has_a_defect_that_breaks_it() {
    for rule in Rule::ALL {
        assert!(
            Defect::ALL
                .iter()
                .any(|defect| defect.breaks().contains(rule)),
            "no twin breaks {rule}"
        );
    }
}
