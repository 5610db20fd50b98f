//! Prints the description of the API, `/openapi.json`. What it says is `edge/src/openapi/`.
#![allow(clippy::print_stdout, reason = "a command line tool")]

fn main() {
    println!("{}", latchkey_edge::openapi::document());
}
