#[automatically_derived]
impl<E: Error> ::retry_runtime::Classify for CallError<E>
where
    E: ::retry_runtime::Classify,
{
    fn class(&self) -> ::retry_runtime::Class {
        match self {
            Self::Timeout => ::retry_runtime::Class::Timeout,
            Self::Inner { 0: value, .. } => ::retry_runtime::Classify::class(value),
        }
    }
    fn retry_after(&self) -> ::core::option::Option<::core::time::Duration> {
        match self {
            Self::Inner { 0: value, .. } => ::retry_runtime::Classify::retry_after(value),
            _ => ::core::option::Option::None,
        }
    }
    fn gave_up(&self) -> ::core::primitive::bool {
        match self {
            Self::Inner { 0: value, .. } => ::retry_runtime::Classify::gave_up(value),
            _ => false,
        }
    }
    fn is_final(&self) -> ::core::primitive::bool {
        match self {
            Self::Inner { 0: value, .. } => ::retry_runtime::Classify::is_final(value),
            _ => {
                ::retry_runtime::__private::is_final_class(
                    ::retry_runtime::Classify::class(self),
                )
            }
        }
    }
}
