//! Storage of requests, under ids that are never reused.

/// The name of a request: its place, and which of those it is that were at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id {
    place: u32,
    generation: u32,
}

/// Things that come and go, each at a place that is used again.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    #[allow(clippy::cast_possible_truncation)] // four billion requests do not fit in memory
    pub(crate) fn insert(&mut self, thing: T) -> Id {
        let Some(place) = self.free.pop() else {
            self.places.push((0, Some(thing)));
            return Id { place: self.places.len() as u32 - 1, generation: 0 };
        };
        let (generation, old) = &mut self.places[place as usize];
        *old = Some(thing);
        Id { place, generation: *generation }
    }

    /// `None` if it has gone.
    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let (generation, thing) = &mut self.places[id.place as usize];
        thing.as_mut().filter(|_| *generation == id.generation)
    }

    pub(crate) fn contains(&self, id: Id) -> bool {
        let (generation, thing) = &self.places[id.place as usize];
        *generation == id.generation && thing.is_some()
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.free.len() == self.places.len()
    }

    /// `None` if it had gone.
    pub(crate) fn remove(&mut self, id: Id) -> Option<T> {
        let (generation, thing) = &mut self.places[id.place as usize];
        if *generation != id.generation {
            return None;
        }
        let thing = thing.take()?;
        *generation = generation.wrapping_add(1);
        self.free.push(id.place);
        Some(thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_used_again_under_another_name() {
        let mut slab = Slab::new();
        let first = slab.insert('a');
        assert_eq!(slab.remove(first), Some('a'));
        let second = slab.insert('b');
        assert_eq!(second.place, first.place);
        assert_eq!(slab.get_mut(first), None);
        assert_eq!(slab.remove(first), None);
        assert!(!slab.contains(first));
        assert_eq!(slab.get_mut(second), Some(&mut 'b'));
    }
}
