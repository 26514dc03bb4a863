//! Pages of the documentation: found, read, and compared with what was generated.

use signalbox_e2e::workspace;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// A page in Markdown.
pub struct Page {
    /// Relative to the workspace's folder.
    pub path: PathBuf,
    /// As it stands there.
    pub text: String,
}

/// One fenced block of a page.
pub struct Block<'a> {
    /// Behind the fence: `toml`, `sh`, …
    pub language: &'a str,
    /// Without the fences.
    pub text: String,
    /// The line of the opening fence, counted from 1.
    pub line: usize,
}

/// Every page that people write or read: at the top, under `docs`, and beside plugins.
pub fn all() -> Vec<Page> {
    let mut paths = Vec::new();
    let root = workspace();
    for entry in fs::read_dir(&root).unwrap().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "md") {
            paths.push(entry.path());
        }
    }
    collect(&root.join("docs"), &mut paths);
    collect(&root.join("plugins"), &mut paths);
    paths.sort();
    let page = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        Page { path: path.strip_prefix(&root).unwrap().to_owned(), text }
    };
    paths.into_iter().map(page).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}

/// A page under `docs`, as it stands there.
pub fn read(path: &str) -> String {
    fs::read_to_string(workspace().join("docs").join(path)).unwrap_or_else(|error| panic!("docs/{path}: {error}"))
}

/// Compares a generated page under `docs/reference` with what stands there; writes it where `SIGNALBOX_BLESS` is set.
pub fn check(path: &str, generated: &str) {
    let full = workspace().join("docs/reference").join(path);
    if env::var_os("SIGNALBOX_BLESS").is_some() {
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(&full, generated).unwrap();
        return;
    }
    let kept = fs::read_to_string(&full).unwrap_or_default();
    let differs = kept.lines().zip(generated.lines()).position(|(kept, new)| kept != new);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(generated.lines().count())) + 1;
    assert!(
        kept == generated,
        "{} is out of date from line {line} on: \
         cargo build && SIGNALBOX_BLESS=1 cargo test -p signalbox-e2e --test docs",
        full.display()
    );
}

// === impl Page ===

impl Page {
    /// Its fenced blocks.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut open: Option<Block<'_>> = None;
        for (number, line) in self.text.lines().enumerate() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    open = Some(Block { language: language.trim(), text: String::new(), line: number + 1 });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.path.display());
        blocks
    }

    /// Its text without fenced blocks.
    pub fn prose(&self) -> String {
        let mut inside = false;
        let mut prose = String::new();
        for line in self.text.lines() {
            if line.starts_with("```") {
                inside = !inside;
            } else if !inside {
                prose.push_str(line);
                prose.push('\n');
            }
        }
        prose
    }
}
