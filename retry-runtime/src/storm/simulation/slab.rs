//! Storage of requests, under ids that are never reused.

use std::vec::Vec;

/// Name of a request.
///
/// It has a position, and a number among those that were there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id {
    position: u32,
    generation: u32,
}

/// Values that come and go, at positions that are used again.
#[derive(Debug)]
pub(super) struct Slab<T> {
    positions: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(super) const fn new() -> Self {
        Self { positions: Vec::new(), free: Vec::new() }
    }

    #[allow(clippy::cast_possible_truncation)] // four billion requests do not fit in memory
    pub(super) fn insert(&mut self, value: T) -> Id {
        let Some(position) = self.free.pop() else {
            self.positions.push((0, Some(value)));
            return Id { position: self.positions.len() as u32 - 1, generation: 0 };
        };
        let (generation, old) = &mut self.positions[position as usize];
        *old = Some(value);
        Id { position, generation: *generation }
    }

    /// Returns the value, unless it was removed.
    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let (generation, value) = &mut self.positions[id.position as usize];
        value.as_mut().filter(|_| *generation == id.generation)
    }

    pub(super) fn contains(&self, id: Id) -> bool {
        let (generation, value) = &self.positions[id.position as usize];
        *generation == id.generation && value.is_some()
    }

    /// Removes and returns the value, unless it was removed before.
    pub(super) fn remove(&mut self, id: Id) -> Option<T> {
        let (generation, value) = &mut self.positions[id.position as usize];
        if *generation != id.generation {
            return None;
        }
        let value = value.take()?;
        *generation = generation.wrapping_add(1);
        self.free.push(id.position);
        Some(value)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.free.len() == self.positions.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_used_again_under_another_name() {
        let mut slab = Slab::new();
        let first = slab.insert('a');
        assert_eq!(slab.remove(first), Some('a'));
        let second = slab.insert('b');
        assert_eq!(second.position, first.position);
        assert_eq!(slab.get_mut(first), None);
        assert_eq!(slab.remove(first), None);
        assert!(!slab.contains(first));
        assert_eq!(slab.get_mut(second), Some(&mut 'b'));
    }
}
