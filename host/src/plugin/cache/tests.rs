use super::*;

/// The smallest component: nothing in it.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

struct Bench {
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), engine: Engine::default() }
    }

    fn cache(&self) -> CompileCache {
        let key = CacheKey::made_at(&self.folder.path().join("state/cache.key")).unwrap();
        CompileCache::new(&self.folder.path().join("cache"), key).unwrap()
    }

    fn compile(&self, cache: &CompileCache, engine: &Engine) -> Compiled {
        cache.component(engine, ComponentDigest::of(EMPTY), EMPTY).unwrap().1
    }

    fn entries(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path().join("cache")).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }
}

#[test]
fn a_later_process_finds_what_an_earlier_one_compiled() {
    let bench = Bench::new();
    assert_eq!(bench.compile(&bench.cache(), &bench.engine), Compiled::Fresh);
    assert_eq!(bench.compile(&bench.cache(), &bench.engine), Compiled::Cached);
}

#[test]
fn an_entry_that_was_tampered_with_is_compiled_again_and_replaced() {
    for flipped in [0, HMAC_BYTES + 100] {
        let bench = Bench::new();
        bench.compile(&bench.cache(), &bench.engine);
        let entry = bench.entries().remove(0);
        let mut bytes = std::fs::read(&entry).unwrap();
        bytes[flipped] ^= 1;
        std::fs::write(&entry, &bytes).unwrap();
        assert_eq!(bench.compile(&bench.cache(), &bench.engine), Compiled::Replaced, "byte {flipped}");
        assert_eq!(bench.compile(&bench.cache(), &bench.engine), Compiled::Cached);
    }
}

#[test]
fn an_entry_is_genuine_only_under_its_own_name() {
    let bench = Bench::new();
    let cache = bench.cache();
    bench.compile(&cache, &bench.engine);
    let entry = std::fs::read(bench.entries().remove(0)).unwrap();
    assert!(cache.genuine(&entry_name(&bench.engine, ComponentDigest::of(EMPTY)), &entry).is_some());
    assert!(cache.genuine(&entry_name(&bench.engine, ComponentDigest::of(b"other")), &entry).is_none());
}

#[test]
fn an_entry_of_another_key_does_not_count() {
    let bench = Bench::new();
    bench.compile(&bench.cache(), &bench.engine);
    let stranger = CompileCache::new(&bench.folder.path().join("cache"), CacheKey::of_this_process()).unwrap();
    assert_eq!(bench.compile(&stranger, &bench.engine), Compiled::Replaced);
}

#[test]
fn another_engine_has_its_own_entry() {
    let bench = Bench::new();
    let mut config = wasmtime::Config::new();
    config.epoch_interruption(true);
    let other = Engine::new(&config).unwrap();
    assert_eq!(bench.compile(&bench.cache(), &bench.engine), Compiled::Fresh);
    assert_eq!(bench.compile(&bench.cache(), &other), Compiled::Fresh);
    assert_eq!(bench.entries().len(), 2);
}

#[test]
fn a_cache_that_cannot_be_written_costs_only_time() {
    let bench = Bench::new();
    let file = bench.folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let cache = CompileCache::new(&file, CacheKey::of_this_process()).unwrap();
    assert_eq!(bench.compile(&cache, &bench.engine), Compiled::Fresh);
}

#[test]
fn a_key_is_made_once_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state/cache.key");
    CacheKey::made_at(&file).unwrap();
    let first = std::fs::read(&file).unwrap();
    CacheKey::made_at(&file).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), first);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_key_that_is_none_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    assert!(matches!(CacheKey::from_file(&file), Err(KeyError::File { .. })));
    std::fs::write(&file, [1; 32]).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(CacheKey::from_file(&file), Err(KeyError::Readable(_))));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let key = CacheKey::from_file(&file).unwrap();
    assert!(matches!(CompileCache::new(folder.path(), key), Err(KeyError::InCache)));
    std::fs::write(&file, [1; 4]).unwrap();
    assert!(matches!(CacheKey::from_file(&file), Err(KeyError::TooShort(_))));
}
