//! Aggregates that the tests of the language share.
