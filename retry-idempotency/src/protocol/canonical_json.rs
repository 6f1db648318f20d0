//! Canonical JSON: the same bytes for every order of the members of an object.
//!
//! The text is read once and written once, whatever its form: the cost grows with its length, and by the logarithm of the
//! number of members that are sorted.

use core::ops::Range;
use std::borrow::Cow;

use serde_json::value::RawValue;

/// Deepest nesting of arrays and objects that is brought into the canonical form.
///
/// It is the nesting that `serde_json` itself reads.
const MAX_DEPTH: usize = 128;

/// Removes the space between tokens and sorts the members of each object by name.
///
/// Returns the bytes unchanged if they are not JSON, nest too deep, or contain an object with two members of one name.
///
/// Strings are compared by their meaning: `"a"` and `"\u0061"` are one. Numbers keep the text that was sent: to the receiver 1
/// and 1.0 may be two requests.
pub(crate) fn canonical_json(json: &[u8]) -> Cow<'_, [u8]> {
    // Positions are stored in 32 bits, and no token grows.
    let is_short = u32::try_from(json.len()).is_ok();
    // Validates the text without recursion; the reader relies on it.
    let valid = serde_json::from_slice::<&RawValue>(json).ok().filter(|_| is_short);
    match valid.and_then(|text| Reader::new(text.get()).read()) {
        Some(tokens) => tokens.sorted().into(),
        None => json.into(),
    }
}

/// Tokens of a text, without the space between them, as they were sent.
#[derive(Default)]
struct Tokens {
    text: Vec<u8>,
    /// Objects in the order of their beginnings.
    ///
    /// Those in which nothing is to be sorted are left out.
    objects: Vec<Object>,
    members: Vec<Member>,
}

/// Object whose members are sorted when it is written.
struct Object {
    text: Range<u32>,
    /// Sorted members; empty if they were sent in order.
    members: Range<u32>,
    /// Index of the first object that begins after this one has ended.
    next: u32,
}

/// Member of an object: `"name":value`.
#[derive(Clone)]
struct Member {
    text: Range<u32>,
    /// Length of the name with its quotes.
    name: u32,
    /// Index of the first object that begins in the value.
    first: u32,
}

/// Returns the length of a list, as it is stored.
///
/// No list is longer than the text, whose length is checked.
#[allow(clippy::cast_possible_truncation)]
fn position<T>(list: &[T]) -> u32 {
    list.len() as u32
}

fn range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

impl Tokens {
    fn name(&self, member: &Member) -> &[u8] {
        let start = member.text.start as usize;
        // Without quotes, so that a name comes before those that it begins.
        &self.text[start + 1..start + member.name as usize - 1]
    }

    /// Returns the text with the members of each object sorted.
    fn sorted(self) -> Vec<u8> {
        if self.objects.is_empty() {
            return self.text;
        }
        let mut out = Vec::with_capacity(self.text.len());
        self.write(0..position(&self.text), 0, &mut out);
        out
    }

    /// Writes a part of the text, in which the object `next` is the first.
    fn write(&self, part: Range<u32>, next: u32, out: &mut Vec<u8>) {
        let (mut at, mut next) = (part.start, next);
        while let Some(object) = self.objects.get(next as usize).filter(|object| object.text.start < part.end) {
            if object.members.is_empty() {
                next += 1;
                continue;
            }
            out.extend_from_slice(&self.text[range(&(at..object.text.start))]);
            for (index, member) in self.members[range(&object.members)].iter().enumerate() {
                out.push(if index == 0 { b'{' } else { b',' });
                self.write(member.text.clone(), member.first, out);
            }
            out.push(b'}');
            (at, next) = (object.text.end, object.next);
        }
        out.extend_from_slice(&self.text[range(&(at..part.end))]);
    }
}

/// Reader of a text that is known to be JSON.
struct Reader<'a> {
    rest: &'a [u8],
    tokens: Tokens,
    /// Members of the objects that are open, those of the innermost one last.
    pending: Vec<Member>,
    open: Vec<Open>,
}

/// Array or object that is open.
enum Open {
    Array,
    /// Index of the object, and of its first pending member.
    Object(u32, u32),
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let tokens = Tokens { text: Vec::with_capacity(text.len()), ..Tokens::default() };
        Self { rest: text.as_bytes(), tokens, pending: Vec::new(), open: Vec::new() }
    }

    /// Returns `None` if the text nests too deep, or a name is there twice.
    fn read(mut self) -> Option<Tokens> {
        while let Some((&byte, tail)) = self.rest.split_first() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.rest = tail,
                b'"' => self.string(),
                b'{' | b'[' => self.open(byte)?,
                b'}' | b']' => self.close(byte)?,
                b',' => {
                    self.end_member();
                    self.push(byte);
                    self.begin_member();
                }
                b':' => {
                    self.end_name();
                    self.push(byte);
                }
                _ => self.push(byte),
            }
        }
        Some(self.tokens)
    }

    fn push(&mut self, byte: u8) {
        self.tokens.text.push(byte);
        self.rest = &self.rest[1..];
    }

    fn string(&mut self) {
        let mut end = 1;
        while self.rest[end] != b'"' {
            end += if self.rest[end] == b'\\' { 2 } else { 1 };
        }
        let (token, rest) = self.rest.split_at(end + 1);
        self.rest = rest;
        // Only a string with a backslash can be written in another way.
        let string = if token.contains(&b'\\') { serde_json::from_slice::<String>(token).ok() } else { None };
        let text = &mut self.tokens.text;
        // Half of a surrogate pair has no meaning, and stays as it is.
        match string.and_then(|string| serde_json::to_vec(&string).ok()) {
            Some(written) => text.extend_from_slice(&written),
            None => text.extend_from_slice(token),
        }
    }

    fn open(&mut self, bracket: u8) -> Option<()> {
        if self.open.len() == MAX_DEPTH {
            return None;
        }
        if bracket == b'{' {
            let (index, start) = (position(&self.tokens.objects), position(&self.tokens.text));
            self.tokens.objects.push(Object { text: start..start, members: 0..0, next: 0 });
            self.open.push(Open::Object(index, position(&self.pending)));
            self.push(bracket);
            self.begin_member();
        } else {
            self.open.push(Open::Array);
            self.push(bracket);
        }
        Some(())
    }

    fn begin_member(&mut self) {
        if let Some(Open::Object(..)) = self.open.last() {
            let start = position(&self.tokens.text);
            self.pending.push(Member { text: start..start, name: 0, first: 0 });
        }
    }

    fn end_name(&mut self) {
        let (end, first) = (position(&self.tokens.text), position(&self.tokens.objects));
        if let Some(member) = self.pending.last_mut() {
            (member.name, member.first) = (end - member.text.start, first);
        }
    }

    fn end_member(&mut self) {
        if let (Some(Open::Object(..)), Some(member)) = (self.open.last(), self.pending.last_mut()) {
            member.text.end = position(&self.tokens.text);
        }
    }

    fn close(&mut self, bracket: u8) -> Option<()> {
        self.end_member();
        self.push(bracket);
        let Some(Open::Object(index, first)) = self.open.pop() else { return Some(()) };
        // An empty object has a member without a name.
        let members = first as usize..self.pending.len();
        let members = if self.pending[members.start].name == 0 { 0..0 } else { members };
        self.close_object(index, members)?;
        self.pending.truncate(first as usize);
        Some(())
    }

    fn close_object(&mut self, index: u32, members: Range<usize>) -> Option<()> {
        let Self { tokens, pending, .. } = self;
        let members = &mut pending[members];
        let is_before = |a: &Member, b: &Member| tokens.name(a) < tokens.name(b);
        let sorted = position(&tokens.members);
        if !members.is_sorted_by(is_before) {
            members.sort_unstable_by(|a, b| tokens.name(a).cmp(tokens.name(b)));
            if !members.is_sorted_by(is_before) {
                return None;
            }
            tokens.members.extend(members.iter().cloned());
        }
        let (end, next) = (position(&tokens.text), position(&tokens.objects));
        if sorted == position(&tokens.members) && next == index + 1 {
            // Nothing in it is sorted.
            tokens.objects.pop();
        } else if let Some(object) = tokens.objects.get_mut(index as usize) {
            (object.text.end, object.members, object.next) = (end, sorted..position(&tokens.members), next);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns `None` if the bytes stay unchanged.
    fn text(json: &str) -> Option<String> {
        match canonical_json(json.as_bytes()) {
            Cow::Owned(bytes) => Some(String::from_utf8(bytes).unwrap()),
            Cow::Borrowed(bytes) => {
                assert_eq!(bytes, json.as_bytes());
                None
            }
        }
    }

    #[test]
    fn members_are_sorted_and_numbers_keep_their_text() {
        let one = r#" { "b" : [1.0, {"z":1,"a":null}], "a" : "x y" } "#;
        assert_eq!(text(one).as_deref(), Some(r#"{"a":"x y","b":[1.0,{"a":null,"z":1}]}"#));
        assert_ne!(text("1"), text("1.0"));
        assert_eq!(text("123456789012345678901234567890.10").as_deref(), Some("123456789012345678901234567890.10"));
    }

    #[test]
    fn strings_are_compared_by_their_meaning() {
        for same in [r#"["a/\u00e9\n"]"#, r#"[ "\u0061\/é\u000a" ]"#, "[\"a\\/\u{e9}\\u000A\"]"] {
            assert_eq!(text(same).as_deref(), Some("[\"a/\u{e9}\\n\"]"), "{same}");
        }
        assert_eq!(text(r#"{"\u0061":"\ud83d\ude00"}"#).as_deref(), Some("{\"a\":\"\u{1f600}\"}"));
        assert_eq!(text(r#"["\ud800"]"#).as_deref(), Some(r#"["\ud800"]"#), "half a pair stays as it is");
    }

    #[test]
    fn an_object_with_a_duplicate_name_stays_unchanged() {
        assert_eq!(text(r#"{"a":1,"a":2}"#), None);
        assert_eq!(text(r#"{"a":1,"\u0061":2}"#), None, "one name, written in two ways");
        assert_eq!(text(r#"[{"a":1},{"a":1}]"#).as_deref(), Some(r#"[{"a":1},{"a":1}]"#));
    }

    #[test]
    fn invalid_json_stays_unchanged() {
        for json in ["", "{", "{}x", "nil", "\u{feff}{}"] {
            assert_eq!(text(json), None, "{json}");
        }
    }

    /// Bytes that are held, besides the result, while a text is brought into its form.
    fn held(tokens: &Tokens) -> usize {
        tokens.text.len() + tokens.objects.len() * size_of::<Object>() + tokens.members.len() * size_of::<Member>()
    }

    fn tokens(json: &str) -> Tokens {
        Reader::new(json).read().expect("it is not too deep")
    }

    #[test]
    fn members_are_sorted_by_their_names_also_inside_sorted_ones() {
        let nested = r#"{"a":[{},{"z":[],"y":{"d":{},"c":1}}],"b":{"ab":1,"a":{"f":2,"e":3},"":0}}"#;
        let sorted = r#"{"a":[{},{"y":{"c":1,"d":{}},"z":[]}],"b":{"":0,"a":{"e":3,"f":2},"ab":1}}"#;
        assert_eq!(text(nested).as_deref(), Some(sorted));
        assert_eq!(text(sorted).as_deref(), Some(sorted));
        assert!(tokens(sorted).objects.is_empty(), "there is nothing to sort");
    }

    /// Copies of a member are made by one of its parents, and not by all 128.
    #[test]
    fn deep_members_are_copied_once() {
        let mut json = format!(r#"{{"z":"{}","a":1}}"#, "x".repeat(100_000));
        for _ in 1..MAX_DEPTH {
            json = format!(r#"{{"z":{json},"a":1}}"#);
        }
        let tokens = tokens(&json);
        assert_eq!((tokens.objects.len(), tokens.members.len()), (MAX_DEPTH, 2 * MAX_DEPTH));
        assert_eq!(tokens.text.len(), json.len());
        let sorted = tokens.sorted();
        assert_eq!((sorted.len(), sorted.capacity()), (json.len(), json.len()), "each byte is written once");
        assert!(text(&format!("[{json}]")).is_none(), "one level too deep");
    }

    #[test]
    fn many_small_objects_and_members_take_a_small_multiple_of_their_text() {
        let pairs = format!("[{}]", vec![r#"{"a":1,"":2}"#; 20_000].join(","));
        let wide = (0..20_000).rev().map(|name| format!(r#""{name:05}":1"#)).collect::<Vec<_>>().join(",");
        let empty = format!("[{}]", vec!["{}"; 20_000].join(","));
        for json in [pairs, format!("{{{wide}}}"), empty, format!("[{}1]", "1,".repeat(20_000))] {
            let held = held(&tokens(&json));
            assert!(held <= 6 * json.len(), "{held} for {}", json.len());
        }
    }

    #[test]
    fn deep_json_stays_unchanged_and_does_not_overflow_the_stack() {
        assert_eq!(text(&"[".repeat(100_000)), None);
        assert_eq!(text(&("[".repeat(100_000) + &"]".repeat(100_000))), None);
        assert!(text(&("[".repeat(100) + &"]".repeat(100))).is_some());
    }
}
