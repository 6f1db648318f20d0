//! A crate that is written, compiled and measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// A crate with one source file, which depends on the runtime as it stands.
pub(crate) struct Project {
    folder: PathBuf,
    name: String,
}

impl Project {
    pub(crate) fn new(name: &str, text: &str) -> Outcome<Self> {
        let folder = folder()?.join(name);
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nbackon = {{ version = \"=1.6.0\", \
             default-features = false, features = [\"std\", \"std-blocking-sleep\", \"tokio-sleep\"] }}\n\
             backon-macros = \"=1.0.0\"\nfastrand = \"2\"\n\
             retry-runtime = {{ path = \"{}\" }}\ntokio = {{ version = \"1\", features = [\"time\"] }}\n",
            workspace().join("retry-runtime").display()
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        // The same versions as here, and no look at a registry.
        fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let project = Self { folder, name: name.to_owned() };
        project.write(text)?;
        Ok(project)
    }

    pub(crate) fn write(&self, text: &str) -> Outcome {
        Ok(fs::write(self.folder.join("src/lib.rs"), text)?)
    }

    /// Runs `cargo` on it; what it said on both channels.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Outcome<String> {
        self.run(Command::new(env!("CARGO")).env("CARGO_TARGET_DIR", folder()?.join("target")).args(arguments))
    }

    /// The same with the compiler's unstable flags, apart from the rest, since all is then compiled anew.
    pub(crate) fn unstable_cargo(&self, arguments: &[&str]) -> Outcome<String> {
        let target = folder()?.join("unstable");
        let mut command = Command::new(env!("CARGO"));
        self.run(command.env("CARGO_TARGET_DIR", target).env("RUSTC_BOOTSTRAP", "1").args(arguments))
    }

    fn run(&self, command: &mut Command) -> Outcome<String> {
        let output = command.current_dir(&self.folder).output()?;
        let said = String::from_utf8(output.stdout)? + std::str::from_utf8(&output.stderr)?;
        if output.status.success() { Ok(said) } else { Err(said.into()) }
    }

    /// The object file that the last `cargo rustc --release -- --emit=obj` wrote.
    pub(crate) fn object(&self) -> Outcome<PathBuf> {
        let start = format!("{}-", self.name.replace('-', "_"));
        let mut newest = None;
        for entry in fs::read_dir(folder()?.join("target/release/deps"))? {
            let path = entry?.path();
            let named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(&start));
            if named && path.extension().is_some_and(|extension| extension == "o") {
                // Other compilers, and the workspace at other places, have left theirs.
                newest = newest.max(Some((fs::metadata(&path)?.modified()?, path)));
            }
        }
        newest.map(|(_, path)| path).ok_or_else(|| "no object file was written".into())
    }
}

/// Folder of the crates: beside cargo's output.
pub(crate) fn folder() -> Outcome<PathBuf> {
    let executable = std::env::current_exe()?;
    let target = executable.ancestors().nth(2).ok_or("this program is not in a target folder")?;
    Ok(target.join("retry-benches"))
}

pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}
