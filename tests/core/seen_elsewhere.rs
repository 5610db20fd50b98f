//! Checks that each test that the table in `tests/README.md` names exists.

use std::path::Path;

#[test]
fn every_test_that_the_readme_names_is_there() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(tests.join("README.md")).unwrap();
    let (_, table) = readme.split_once("| seen elsewhere | here |").unwrap();
    let mut named = 0;
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("|--")) {
        let (_, cell) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        for one in cell.split("<br>") {
            let (file, name) = one.strip_prefix('`').unwrap().split_once("` ").unwrap();
            let path = tests.join(file);
            let path = if file.starts_with("core/") {
                path.with_extension("rs")
            } else {
                path.with_extension("test.mjs")
            };
            let text =
                std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{file}: there is no such file"));
            // As it stands in the source: in quotes, in a template, or as a function.
            assert!(text.contains(name), "{file}: there is no test “{name}”");
            named += 1;
        }
    }
    assert!(named > 40, "the table was not read: {named}");
}
