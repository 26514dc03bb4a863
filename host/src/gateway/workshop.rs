//! The plugin runtime and the connections, as the configuration sets them up.

use crate::{
    config::{Config, Problem, Problems},
    generation::Workshop,
    outbound::Connections,
    plugin::{CacheKey, CompileCache, Runtime, RuntimeOptions},
};

/// What outlives generations.
///
/// # Errors
/// Where the compile cache's key can't be used, or the machine refuses the pool's address space.
pub fn workshop(config: &Config) -> Result<Workshop, Problems> {
    let refused = |words: String| Problems(vec![Problem::anywhere(words)]);
    let key = match &config.plugins.cache_key {
        Some(key) => CacheKey::from_file(&config.folder.join(&key.file)),
        None => CacheKey::of_this_user(),
    };
    let folder = config.folder.join(&config.plugins.cache);
    let cache = key.and_then(|key| CompileCache::new(&folder, key));
    let cache = cache.map_err(|error| refused(format!("`[plugins] cache_key`: {error}")))?;
    let options = RuntimeOptions { cache: Some(cache), ..RuntimeOptions::default() };
    let runtime = Runtime::new(options).map_err(|error| refused(error.to_string()))?;
    Ok(Workshop { runtime, connections: Connections::default() })
}
