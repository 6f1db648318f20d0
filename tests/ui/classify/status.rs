use retry_runtime::Classify;

#[derive(Classify)]
enum Error {
    #[classify(Status)]
    Bare,
    #[classify(Status(200))]
    Fine,
    #[classify(Status(600))]
    None,
    #[classify(Status(70000))]
    Large,
    #[classify(Status(500, 503))]
    Two,
    #[classify(Status("503"))]
    Text,
}

fn main() {}
