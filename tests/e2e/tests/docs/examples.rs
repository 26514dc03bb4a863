//! Examples of configuration work: each is checked as `signalbox check` does it, with its plugins.
//!
//! A block with `[gateway]` is a whole configuration, and is checked as it is. One that holds some sections gets the others
//! from here: the source `azure`, the connection `snow`, the mapping `standard`, a route.

use crate::{
    first_plugin,
    pages::{self, Block},
};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use signalbox_e2e::{gateway::program, plugins};
use std::{
    fmt::Write,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
    sync::OnceLock,
};

/// What a block may leave out: how it begins, and what stands there then.
const OTHERS: &[(&str, &str)] = &[
    ("[gateway]", "[gateway]\nname = \"docs\"\n"),
    ("[sources.azure]", "[sources.azure]\nplugin = \"azure-webhook\"\n"),
    (
        "[connections.snow]",
        "[connections.snow]\nadapter = \"servicenow\"\nurl = \"https://acme.service-now.com\"\nauth = { basic = { username = \
         \"signalbox\", password = { env = \"SNOW_PASSWORD\" } } }\n",
    ),
    ("[mappings.standard]", "[mappings.standard]\ntransform = \"field-map\"\n"),
    (
        "[[routes]]",
        "[[routes]]\nname = \"docs\"\nconnection = \"snow\"\nmapping = \"standard\"\nwork_item = \"incident\"\n",
    ),
];

#[test]
fn every_example_of_configuration_is_good() {
    let folder = tempfile::tempdir().unwrap();
    let components = folder.path().join("components");
    fs::create_dir(&components).unwrap();
    for entry in fs::read_dir(plugins()).expect("`cargo xtask build-plugins`").flatten() {
        symlink(entry.path(), components.join(entry.file_name())).unwrap();
    }
    symlink(first_plugin::component(), components.join("pulse.wasm")).unwrap();
    let (mut checked, mut refused) = (0, Vec::new());
    for page in pages::all() {
        for block in page.blocks().iter().filter(|block| block.language == "toml" && !block.text.contains("[package]"))
        {
            checked += 1;
            let name = format!("{}:{}", page.path.display(), block.line);
            if let Err(why) = check(folder.path(), checked, block) {
                refused.push(format!("{name}:\n{why}"));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(checked > 10, "only {checked} examples were found");
}

fn check(folder: &Path, number: usize, block: &Block<'_>) -> Result<(), String> {
    let own = folder.join(number.to_string());
    fs::create_dir(&own).unwrap();
    let plugins = format!(
        "folder = \"{}\"\ncache = \"{}\"\n",
        folder.join("components").display(),
        plugins().join("../test-cache").display()
    );
    let begins = |begin: &str| block.text.lines().any(|line| line.starts_with(begin));
    let mut text = String::new();
    for line in block.text.lines() {
        // The example's own folders are not those of this machine.
        let is_place = line.starts_with("folder") || line.trim_start().starts_with("cache ");
        let _written = writeln!(text, "{}", if is_place { "" } else { line });
        if line.starts_with("[plugins]") {
            text.push_str(&plugins);
        }
    }
    let mut others = String::new();
    if !begins("[plugins]") {
        let _written = write!(others, "[plugins]\n{plugins}");
    }
    let whole = begins("[gateway]");
    for (begin, other) in OTHERS {
        if !whole && !begins(begin) {
            others.push_str(other);
        }
    }
    let config = own.join("config");
    fs::create_dir(&config).unwrap();
    fs::write(config.join("example.toml"), &text).unwrap();
    fs::write(config.join("others.toml"), &others).unwrap();
    make_files(&config, &block.text);
    let mut command = Command::new(program().unwrap());
    command.arg("check").arg("--config").arg(&config).env_remove("SIGNALBOX_CONFIG");
    for variable in quoted_after(&format!("{text}{others}"), "env = ") {
        let is_address = variable.ends_with("_ENDPOINT");
        command.env(variable, if is_address { "http://127.0.0.1:4100/token" } else { "a-secret" });
    }
    let output = command.output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The files that an example names: secrets, a certificate, its key.
fn make_files(folder: &Path, text: &str) {
    // One for all: finding an RSA key takes a while, and no other signs as client assertions are mostly signed.
    static MADE: OnceLock<(String, String)> = OnceLock::new();
    let (certificate, key) = MADE
        .get_or_init(|| {
            let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
            let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
            (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
        })
        .clone();
    let secret = "a-secret-of-more-than-thirty-two-bytes".to_owned();
    for (place, content) in
        [("file = ", secret), ("key = { file = ", key), ("cert = ", certificate.clone()), ("ca = ", certificate)]
    {
        for name in quoted_after(text, place) {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

fn quoted_after<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    text.split(key).skip(1).filter_map(|rest| rest.strip_prefix('"')?.split('"').next()).collect()
}
