//! Sources of settings: a file or a text, and variables above it.

use core::fmt;
use std::format;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use crate::names::nearest;
use crate::settings::content::Format;
use crate::settings::document::{self, Document};
use crate::settings::fault::{Fault, Origin, SettingsError};
use crate::settings::loaded::Loaded;
use crate::settings::names::unknown_names;
use crate::settings::plan::{Plan, plan};
use crate::settings::targets::Targets;
use crate::settings::values::wrong_values;
use crate::settings::variables;

/// Environments that a file may have sections of without being named first.
const ENVIRONMENTS: [&str; 3] = ["development", "production", "testing"];

/// Source of settings, and the environment that applies.
///
/// [`Settings::from_file`](crate::settings::Settings::from_file) creates one.
#[derive(Clone, Debug)]
#[must_use = "nothing is loaded yet; call `load` or `check`"]
pub struct SettingsSource {
    content: Content,
    environment: Environment,
    /// Environment if the variable is not set.
    default_environment: Option<String>,
    environments: Vec<String>,
    variables: Variables,
    allows_unknown: bool,
}

#[derive(Clone, Debug)]
enum Content {
    File(PathBuf),
    Text(Format, Arc<str>),
}

#[derive(Clone, Debug)]
enum Environment {
    Named(String),
    Variable(String),
}

#[derive(Clone)]
enum Variables {
    Process,
    Given(Vec<(String, String)>),
}

impl fmt::Debug for Variables {
    /// Writes no values: they may be secrets of other programs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if matches!(self, Self::Process) { "Process" } else { "Given" })
    }
}

impl SettingsSource {
    pub(super) fn file(path: PathBuf) -> Self {
        Self::new(Content::File(path))
    }

    pub(super) fn toml(text: &str) -> Self {
        Self::new(Content::Text(Format::Toml, text.into()))
    }

    pub(super) fn yaml(text: &str) -> Self {
        Self::new(Content::Text(Format::Yaml, text.into()))
    }

    fn new(content: Content) -> Self {
        Self {
            content,
            environment: Environment::Variable("RETRY_ENV".into()),
            default_environment: None,
            environments: ENVIRONMENTS.map(String::from).into(),
            variables: Variables::Process,
            allows_unknown: false,
        }
    }

    /// Sets the environment that applies, and allows the file to have a section of it.
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if !self.environments.contains(&name) {
            self.environments.push(name.clone());
        }
        self.environment = Environment::Named(name);
        self
    }

    /// Sets the variable that names the environment; the default is `RETRY_ENV`.
    pub fn environment_variable(mut self, variable: impl Into<String>) -> Self {
        self.environment = Environment::Variable(variable.into());
        self
    }

    /// Sets the environment that applies if the variable is not set, or is empty.
    ///
    /// A value of the variable is still checked, so that a misspelled name is a fault.
    pub fn default_environment(mut self, name: impl Into<String>) -> Self {
        self.default_environment = Some(name.into());
        self
    }

    /// Allows sections of more environments.
    ///
    /// Without it they are `development`, `production` and `testing`.
    pub fn environments<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.environments.extend(names.into_iter().map(Into::into));
        self
    }

    /// Reads these variables instead of those of the process.
    ///
    /// An empty list turns variables off.
    pub fn variables<K: Into<String>, V: Into<String>>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Self {
        self.variables =
            Variables::Given(variables.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
        self
    }

    /// Ignores names and patterns that match nothing.
    ///
    /// For a file that several programs share. Without it they are faults, because a misspelled name would change nothing.
    pub fn allow_unknown_names(mut self) -> Self {
        self.allows_unknown = true;
        self
    }

    /// Judges the settings of every environment, and changes nothing.
    ///
    /// For a test, and for the check of a deployment. Variables apply to each of them.
    ///
    /// # Errors
    ///
    /// Returns all faults of all environments.
    pub fn check(&self) -> Result<Vec<Loaded>, SettingsError> {
        self.with_plans(|source, plans| {
            plans.iter().map(|(environment, plan)| Loaded::new(source, environment.as_deref(), plan)).collect()
        })
    }

    /// Judges all environments, and passes the plan of each to `use_plans`.
    ///
    /// The first argument is the name of the source.
    pub(super) fn with_plans<T>(
        &self,
        use_plans: impl FnOnce(&str, &[(Option<String>, Plan<'_, '_>)]) -> T,
    ) -> Result<T, SettingsError> {
        let targets = Targets::all();
        let Document { entries, mut faults, environments } = self.read(&targets)?;
        let mut plans = Vec::new();
        for environment in [None].into_iter().chain(environments.into_iter().map(Some)) {
            match plan(&entries, &targets, environment.as_deref()) {
                Ok(plan) => plans.push((environment, plan)),
                // A fault of every environment is one fault; any other comes from the settings of this one.
                Err(found) => {
                    let new = found.into_iter().filter(|fault| !faults.contains(fault)).collect::<Vec<_>>();
                    faults.extend(new.into_iter().map(|fault| fault.in_environment(environment.as_deref())));
                }
            }
        }
        if faults.is_empty() { Ok(use_plans(&self.name(), &plans)) } else { Err(SettingsError::new(faults)) }
    }

    /// Reads file and variables.
    ///
    /// Keeps the settings whose name and value are right by themselves.
    fn read(&self, targets: &Targets) -> Result<Document, SettingsError> {
        let source: Arc<str> = self.name().into();
        let origin = Origin { source: source.clone(), line: Some(1) };
        let (format, text) =
            self.content().map_err(|message| SettingsError::new(std::vec![Fault::new(&origin, message)]))?;
        let mut document = document::read(&source, format, &text, &self.environments);
        let variables = variables::read(&self.given_variables(), |section| targets.names(section));
        document.entries.extend(variables.entries);
        document.faults.extend(variables.faults);
        // A setting may have both faults.
        let of_names = unknown_names(&mut document.entries.clone(), targets, self.allows_unknown);
        document.faults.extend(wrong_values(&mut document.entries));
        unknown_names(&mut document.entries, targets, self.allows_unknown);
        document.faults.extend(of_names);
        Ok(document)
    }

    fn content(&self) -> Result<(Format, Arc<str>), String> {
        let path = match &self.content {
            Content::Text(format, text) => return Ok((*format, text.clone())),
            Content::File(path) => path,
        };
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_lowercase();
        let format = match &*extension {
            "toml" => Format::Toml,
            "yaml" | "yml" => Format::Yaml,
            _ => return Err("the format is not known; name the file `.toml`, `.yaml` or `.yml`".into()),
        };
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| format!("cannot be read: {error}; check path and permissions"))?;
        Ok((format, text.trim_start_matches('\u{feff}').into()))
    }

    /// Returns the path of the file, or a word for a text.
    pub(super) fn name(&self) -> String {
        match &self.content {
            Content::File(path) => path.display().to_string(),
            Content::Text(Format::Toml, _) => "settings.toml".into(),
            Content::Text(Format::Yaml, _) => "settings.yaml".into(),
        }
    }

    fn given_variables(&self) -> Vec<(String, String)> {
        match &self.variables {
            Variables::Given(variables) => variables.clone(),
            Variables::Process => {
                let all = std::env::vars_os();
                all.filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))).collect()
            }
        }
    }

    /// Returns the environment that applies; `known` are those of the file.
    pub(super) fn chosen_environment(&self, known: &[&str]) -> Result<Option<String>, SettingsError> {
        let (name, origin) = match &self.environment {
            Environment::Named(name) => return Ok(Some(name.clone())),
            Environment::Variable(variable) => {
                let variables = self.given_variables();
                let set = variables.into_iter().find(|(key, value)| key == variable && !value.is_empty());
                let name = set.map(|(_, value)| value).or_else(|| self.default_environment.clone());
                (name, Origin { source: variable.as_str().into(), line: None })
            }
        };
        let fault = |message: String| Err(SettingsError::new(std::vec![Fault::new(&origin, message)]));
        match name {
            Some(name) if self.environments.contains(&name) => Ok(Some(name)),
            Some(name) => {
                let near = nearest(&name, self.environments.iter().map(String::as_str));
                let near = near.map_or_else(|| self.environments.join("`, `"), ToString::to_string);
                fault(format!(
                    "unknown environment `{name}`; write `{near}`, or add it by `.environments([\"{name}\"])`"
                ))
            }
            None if known.is_empty() => Ok(None),
            None => fault(format!(
                "no environment is chosen, and the file has `{}`; set this variable, or call `.default_environment(\"production\")`",
                known.join("`, `")
            )),
        }
    }
}
