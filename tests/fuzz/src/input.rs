//! Inputs of a target: bytes, and what is made of them.

/// Reader of an input. Behind its end all bytes are zero.
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub(crate) fn number(&mut self) -> u64 {
        // Few bytes, many bytes, and the ends.
        match self.below(4) {
            0 => u64::from(self.byte()),
            1 => u64::MAX - u64::from(self.byte()),
            2 => i64::MAX as u64 - 2 + u64::from(self.byte() % 4),
            _ => u64::from_be_bytes([0; 8].map(|_| self.byte())),
        }
    }

    /// Returns at most `most` bytes as they are.
    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.byte()).collect()
    }

    /// Returns a text of single ASCII characters and of `words`, at most 15 of them.
    pub(crate) fn text(&mut self, words: &[&str]) -> String {
        let length = self.below(16);
        let mut text = String::new();
        for _ in 0..length {
            match self.byte() {
                plain @ ..0x80 => text.push(plain.into()),
                word => text.push_str(words[usize::from(word - 0x80) % words.len()]),
            }
        }
        text
    }
}

/// Gives a target inputs from a seed.
#[cfg(test)]
pub(crate) fn run(name: &str, inputs: u64, target: fn(&[u8])) {
    let setting = |name| std::env::var(name).ok().map(|value: String| value.parse().expect("a number"));
    let inputs = setting("RETRY_FUZZ_INPUTS").unwrap_or(inputs);
    let seed = setting("RETRY_FUZZ_SEED").unwrap_or(0x5EED);
    let mut random = Random(seed);
    for number in 0..inputs {
        let bytes = random.input();
        let failed = Failed(|| eprintln!("{name}: input {number} of RETRY_FUZZ_SEED={seed} is {bytes:?}"));
        target(&bytes);
        std::mem::forget(failed);
    }
}

/// Says which input a target has failed on.
#[cfg(test)]
struct Failed<F: FnMut()>(F);

#[cfg(test)]
impl<F: FnMut()> Drop for Failed<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// `SplitMix64`.
#[cfg(test)]
struct Random(u64);

#[cfg(test)]
impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Short inputs and long ones, with more words than characters.
    fn input(&mut self) -> Vec<u8> {
        let most = [8, 32, 128][(self.bits() % 3) as usize];
        let length = self.bits() % (most + 1);
        (0..length)
            .map(|_| {
                let [byte, kind, ..] = self.bits().to_le_bytes();
                if kind % 2 == 0 { byte } else { byte | 0x80 }
            })
            .collect()
    }
}
