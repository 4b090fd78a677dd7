//! The data sets: their sizes and contents where they have been fetched, and what is said where they have not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contents;
mod missing;
