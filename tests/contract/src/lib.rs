//! What every event log promises, as a suite.
