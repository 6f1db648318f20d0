//! Recorded steps of an unfinished run.

use core::fmt;

use crate::protocol::bounds_error::BoundsError;
use crate::protocol::error::StoreError;

/// Recorded steps of an unfinished run, in the form that a store keeps.
///
/// A store only appends. The last entry of a name counts. One entry after the other:
///
/// ```text
/// +-------------+------+---------------------------+--------+
/// | name length | name | result length, big endian | result |
/// | 1 byte      |      | 4 bytes                   |        |
/// +-------------+------+---------------------------+--------+
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Steps(Vec<u8>);

impl Steps {
    /// Creates the steps that a store has read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unreadable`] if this type has not written the bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, StoreError> {
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let entry = Entry::first(rest).ok_or(StoreError::Unreadable { what: "the steps" })?;
            rest = entry.rest;
        }
        Ok(Self(bytes))
    }

    /// Returns the bytes that a store writes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the bytes that a store appends for one step.
    ///
    /// # Panics
    ///
    /// Panics if the name is longer than 255 bytes, which [`Transition::check`](crate::protocol::Transition::check)
    /// refuses, or if the result is longer than 4 GiB.
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

    /// Returns the result of the step `name`, if it is recorded.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().filter(|&(known, _)| known == name).last().map(|(_, result)| result)
    }

    /// Returns true if no step is recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the name and the result of each entry, in the order of recording.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut rest = &self.0[..];
        core::iter::from_fn(move || {
            let entry = Entry::first(rest)?;
            rest = entry.rest;
            Some((entry.name, entry.result))
        })
    }

    pub(crate) fn append(&mut self, name: &str, result: &[u8]) {
        self.0.extend_from_slice(&Self::entry(name, result));
    }
}

/// First entry of some bytes, and the bytes that follow it.
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

/// Prints the names alone: a result may be private.
impl fmt::Debug for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

pub(crate) fn check_step_name(name: &str) -> Result<(), BoundsError> {
    match name.len() {
        1..=255 => Ok(()),
        length => Err(BoundsError::StepName { length }),
    }
}
