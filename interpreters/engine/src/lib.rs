//! Drives commands over any event log.
