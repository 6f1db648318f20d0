//! Context that crosses processes: headers, metadata, and the server layer.

mod grpc;
mod headers;
mod http;
mod layer;
