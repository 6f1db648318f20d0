//! Functions, named by the path that the compiler knows.

/// Path of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FunctionPath {
    path: &'static str,
}

impl FunctionPath {
    pub(crate) fn of<F>(_: &F) -> Self {
        Self { path: core::any::type_name::<F>() }
    }

    pub(crate) const fn path(self) -> &'static str {
        self.path
    }

    /// Returns whether it is the function of this name in this module.
    ///
    /// Also in an `impl` of the module.
    pub(crate) fn is(self, module: &str, function: &str) -> bool {
        // As in `<shop::Client as shop::Api>::quote`.
        let path = self.path.trim_start_matches('<');
        path.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"))
            && without_generics(path).rsplit("::").next() == Some(function)
    }
}

/// Removes the turbofish at the end of a path.
fn without_generics(path: &str) -> &str {
    match path.strip_suffix('>') {
        // It begins at the bracket that has as many closing ones as opening ones behind it.
        Some(inner) => {
            let mut depth = 1;
            let begin = inner.rfind(|letter| {
                depth += i32::from(letter == '>') - i32::from(letter == '<');
                depth == 0
            });
            begin.map_or(path, |begin| inner[..begin].trim_end_matches("::"))
        }
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_a_function_are_not_part_of_its_path() {
        assert_eq!(without_generics("shop::load"), "shop::load");
        assert_eq!(without_generics("shop::load<u8>"), "shop::load");
        assert_eq!(without_generics("shop::load<alloc::vec::Vec<u8>, (u8, u8)>"), "shop::load");
        assert_eq!(without_generics("shop::Client<u8>::load"), "shop::Client<u8>::load");
    }
}
