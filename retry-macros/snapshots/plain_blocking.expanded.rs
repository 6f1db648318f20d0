fn plain_blocking(path: &Path) -> io::Result<String> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::plain_blocking"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<io::Result<String>>().begin_blocking()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> io::Result<String> { fs::read_to_string(path) })
        {
            break outcome;
        }
    }
}
