//! An event log in one SQLite file.
