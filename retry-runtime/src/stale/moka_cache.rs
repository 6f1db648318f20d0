//! The caches of moka.

use core::hash::{BuildHasher, Hash};

use crate::stale::{AsyncCache, Cache, Cached};

impl<K, V, S> Cache for moka::sync::Cache<K, Cached<V>, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher + Clone + Send + Sync + 'static,
{
    type Key = K;
    type Value = V;

    fn load(&self, key: &K) -> Option<Cached<V>> {
        self.get(key)
    }

    fn store(&self, key: K, value: Cached<V>) {
        self.insert(key, value);
    }
}

impl<K, V, S> AsyncCache for moka::sync::Cache<K, Cached<V>, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher + Clone + Send + Sync + 'static,
{
    type Key = K;
    type Value = V;

    async fn load(&self, key: &K) -> Option<Cached<V>> {
        self.get(key)
    }

    async fn store(&self, key: K, value: Cached<V>) {
        self.insert(key, value);
    }
}

impl<K, V, S> AsyncCache for moka::future::Cache<K, Cached<V>, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher + Clone + Send + Sync + 'static,
{
    type Key = K;
    type Value = V;

    async fn load(&self, key: &K) -> Option<Cached<V>> {
        self.get(key).await
    }

    async fn store(&self, key: K, value: Cached<V>) {
        self.insert(key, value).await;
    }
}
