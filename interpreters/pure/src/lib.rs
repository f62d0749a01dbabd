//! The test interpreter.
