//! The steps of a run that are done.

use core::fmt;
use std::vec::Vec;

use crate::idempotency::{Invalid, StoreError};

/// The steps of an unfinished effect that are done, as a store keeps them: one entry after the other, each the length of
/// the name (one byte), the name, the length of the result (four bytes, the highest first), the result.
///
/// A store only ever appends. Of entries with one name the last counts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Steps(Vec<u8>);

impl Steps {
    /// The steps that a store has read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unreadable`] if they were not written by this type.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, StoreError> {
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let entry = Entry::first(rest).ok_or(StoreError::Unreadable { what: "the steps" })?;
            rest = entry.rest;
        }
        Ok(Self(bytes))
    }

    /// What a store writes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What a store appends for one step.
    ///
    /// # Panics
    ///
    /// If the name is above 255 bytes, which [`Change::check`](crate::idempotency::Change::check) refuses, or the result
    /// above 4 GiB.
    pub fn entry(name: &str, result: &[u8]) -> Vec<u8> {
        let name_length = u8::try_from(name.len()).expect("a checked name is at most 255 bytes");
        let result_length = u32::try_from(result.len()).expect("a result is at most 4 GiB");
        let mut entry = Vec::with_capacity(1 + name.len() + 4 + result.len());
        entry.push(name_length);
        entry.extend_from_slice(name.as_bytes());
        entry.extend_from_slice(&result_length.to_be_bytes());
        entry.extend_from_slice(result);
        entry
    }

    /// What this step came to, if it is done.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().filter(|&(known, _)| known == name).last().map(|(_, result)| result)
    }

    /// Whether none is done.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each entry, in the order in which they were done.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut rest = &self.0[..];
        core::iter::from_fn(move || {
            let entry = Entry::first(rest)?;
            rest = entry.rest;
            Some((entry.name, entry.result))
        })
    }

    pub(super) fn append(&mut self, name: &str, result: &[u8]) {
        self.0.extend_from_slice(&Self::entry(name, result));
    }
}

/// The first entry of some bytes, and what follows it.
struct Entry<'a> {
    name: &'a str,
    result: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Entry<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (&length, rest) = bytes.split_first()?;
        let (name, rest) = rest.split_at_checked(length.into())?;
        let (length, rest) = rest.split_first_chunk()?;
        let (result, rest) = rest.split_at_checked(u32::from_be_bytes(*length).try_into().ok()?)?;
        Some(Self { name: core::str::from_utf8(name).ok()?, result, rest })
    }
}

/// Results are not printed: they may be anybody's answer.
impl fmt::Debug for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

pub(super) fn check_name(name: &str) -> Result<(), Invalid> {
    match name.len() {
        1..=255 => Ok(()),
        length => Err(Invalid::StepName { length }),
    }
}
