//! The windows of the shards that a worker owns, over a cache of the claims topic.
//!
//! The claims topic is the truth. The store in the cache directory spares reading all of it when a shard comes back: for
//! each shard it holds the claims and, in the same commit, the offset of the topic up to which they were applied. A claim
//! is written to it only after it was committed to the topic, so the cache may lag behind, never run ahead. On any
//! doubt it is thrown away: a wrong cache would lose records, an absent one costs a few seconds.

use crate::{
    Candidate, Decision, GROUP, Meeting, Settings, Window,
    claim::{self, CLAIM_BYTES, trace},
    slices::Files,
};
use record::{Claim, Headers, Key, Message};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};
use store::{Error, Store, Sync, Writer};

/// Prefix of the counters that hold the applied offset of each shard.
const APPLIED: &str = "applied/";
/// Prefix of the counters that hold the fingerprint of the message before it.
const LAST: &str = "last/";
/// Prefix of the counter whose name says which topic the cache is of.
const TOPIC: &str = "topic/";
/// The cache's directory within the one that is given: everything in it is ours to throw away, beside it nothing is.
const DIR: &str = "claims-cache";
/// What a power loss takes is read from the topic again. Were nothing synced at all, it could leave the offset up to which claims
/// were applied, and not the claims.
const SYNC: Sync = Sync::Ordered;
/// The layout of the cache; another one is thrown away.
const LAYOUT: u32 = 2;
const KEY_BYTES: usize = 16;
const CRC_BYTES: usize = 4;

/// The windows of owned shards.
#[derive(Debug)]
pub struct Shards {
    settings: Settings,
    store: Store,
    writer: Writer,
    owned: BTreeMap<u32, Window>,
    /// Claims that wait for their commit, in the order they were made.
    staged: Vec<(u32, Claim)>,
    /// Why claims have to be read from the topic again; told once.
    doubts: Vec<Doubt>,
}

/// How far the claims of a shard are applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The offset of the claims topic after the last of them; 0 when none are.
    pub next: u64,
    /// The fingerprint of that last message.
    pub last: u64,
}

/// Why a cache was thrown away, wholly or for one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// There is none.
    Missing,
    /// It is of another topic, or in another layout.
    Identity,
    /// It is damaged.
    Damaged,
    /// It knows what the topic has not.
    Ahead,
}

impl Doubt {
    /// The reason, as a label of a metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Identity => "identity",
            Self::Damaged => "checksum",
            Self::Ahead => "ahead",
        }
    }
}

impl Shards {
    /// Opens the cache in `dir/claims-cache`, or begins a new one; `cluster` and `topic` say what it is a cache of.
    ///
    /// # Errors
    /// When another process uses the directory, or it can neither be used nor thrown away.
    ///
    /// # Panics
    /// When the settings are out of their bounds.
    pub fn open(dir: &Path, settings: Settings, cluster: &str, topic: &str) -> Result<Self, Error> {
        let slice_ms = crate::window::cut(settings).slice_ms;
        let Settings { shards, window_ms, .. } = settings;
        let identity = format!("{TOPIC}{LAYOUT}/{cluster}/{topic}/{shards}/{window_ms}/{slice_ms}");
        let dir = dir.join(DIR);
        let doubt = match found(&dir, &identity) {
            Ok(Ok((store, writer))) => return Ok(Self::new(settings, store, writer, Vec::new())),
            Ok(Err(doubt)) => doubt,
            Err(error) if is_damage(&error) => Doubt::Damaged,
            Err(error) => return Err(error),
        };
        let (store, writer) = anew(&dir, &identity)?;
        Ok(Self::new(settings, store, writer, vec![doubt]))
    }

    fn new(settings: Settings, store: Store, writer: Writer, doubts: Vec<Doubt>) -> Self {
        Self { settings, store, writer, owned: BTreeMap::new(), staged: Vec::new(), doubts }
    }

    /// Begins to own a shard; answers from where claims of it are to be restored.
    ///
    /// # Errors
    /// When the cache can neither be read nor thrown away.
    pub fn own(&mut self, shard: u32) -> Result<Applied, Error> {
        let next = self.store.counter(&applied(shard))?;
        let last = self.store.counter(&last(shard))?;
        match Window::open_files(&self.store, self.one(), Files::of_shard(shard), &mut |_| {}) {
            Ok(window) => {
                self.owned.insert(shard, window);
                Ok(Applied { next, last })
            }
            Err(error) if is_damage(&error) => {
                self.doubts.push(Doubt::Damaged);
                self.forget(shard)?;
                Ok(Applied::default())
            }
            Err(error) => Err(error),
        }
    }

    /// Forgets what the cache holds of an owned shard, which knows what the topic has not.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn doubt(&mut self, shard: u32) -> Result<(), Error> {
        self.doubts.push(Doubt::Ahead);
        self.forget(shard)
    }

    fn forget(&mut self, shard: u32) -> Result<(), Error> {
        let files = Files::of_shard(shard);
        let held = self.store.files(GROUP)?;
        let mut txn = self.store.begin();
        for file in held.iter().filter(|file| files.number(&file.name).is_some()) {
            txn.remove(&self.writer, &file.name);
        }
        txn.set(&applied(shard), 0);
        txn.commit()?;
        let window = Window::open_files(&self.store, self.one(), files, &mut |_| {})?;
        self.owned.insert(shard, window);
        Ok(())
    }

    /// No longer owns a shard; the cache keeps what is committed of it.
    pub fn disown(&mut self, shard: u32) {
        self.owned.remove(&shard);
    }

    /// Takes over claims that were committed to the topic, up to there.
    ///
    /// # Errors
    /// When the cache cannot be read or written.
    ///
    /// # Panics
    /// When the shard is not owned, or a chunk waits for its commit.
    pub fn restore(&mut self, shard: u32, claims: &[Claim], to: Applied) -> Result<(), Error> {
        assert!(self.staged.is_empty(), "a chunk waits for its commit");
        let window = self.owned.get_mut(&shard).expect("only owned shards are restored");
        // A claim whose key is taken is passed over: a longer window than the one it was made in finds the older one.
        let candidates: Vec<_> = claims.iter().map(|claim| Candidate { claim: *claim, traces: &[] }).collect();
        window.decide(&candidates).inspect_err(|_| window.abandon())?;
        self.apply(&[(shard, (!claims.is_empty()).then_some(to))].into())
    }

    /// Decides the candidates in order; `None` for those of a shard that is not owned. Tells what traces say of them, and of
    /// which; all of one candidate stand together. Follow with [`Shards::committed`] or [`Shards::abandon`].
    ///
    /// # Errors
    /// When a claim cannot be read back; the chunk is then to be abandoned.
    pub fn decide(&mut self, candidates: &[Candidate<'_>]) -> Result<(Vec<Option<Decision>>, Vec<Meeting>), Error> {
        let mut decisions = vec![None; candidates.len()];
        let (mut met, mut left) = (Vec::new(), Vec::new());
        let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (nth, candidate) in candidates.iter().enumerate() {
            groups.entry(self.shard(candidate.claim.key)).or_default().push(nth);
        }
        for (shard, nths) in groups {
            let Some(window) = self.owned.get_mut(&shard) else { continue };
            let group: Vec<Candidate<'_>> = nths.iter().map(|nth| candidates[*nth]).collect();
            let decided = window.decide(&group)?;
            met.extend(decided.met.into_iter().map(|(nth, met)| (nths[nth], met)));
            left.extend(decided.left.into_iter().map(|(nth, claim)| (nths[nth], claim)));
            for (nth, decision) in nths.into_iter().zip(decided.decisions) {
                decisions[nth] = Some(decision);
            }
        }
        let firsts = candidates.iter().map(|candidate| candidate.claim).enumerate();
        let firsts = firsts.filter(|(nth, _)| decisions[*nth] == Some(Decision::First));
        let mut staged: Vec<(usize, Claim)> = firsts.chain(left).collect();
        // Stable: the key of a record before its traces.
        staged.sort_by_key(|(nth, _)| *nth);
        let shards = self.settings.shards;
        self.staged.extend(staged.into_iter().map(|(_, claim)| (claim.key.shard(shards), claim)));
        Ok((decisions, met))
    }

    /// The claims that wait for their commit with their shards, in the order they were made.
    #[must_use]
    pub fn staged(&self) -> &[(u32, Claim)] {
        &self.staged
    }

    /// The same as messages of the claims topic, one for each record.
    pub fn messages(&self) -> impl Iterator<Item = (u32, Message)> {
        self.staged.chunk_by(is_of_one_record).filter_map(message)
    }

    /// The staged claims are committed to the topic; `ends` are the offsets after the last of each shard, where they are known: the
    /// claims of a shard without one count, too, and are read from the topic again another time.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn committed(&mut self, ends: &[(u32, u64)]) -> Result<(), Error> {
        let ends: BTreeMap<u32, u64> = ends.iter().copied().collect();
        let records = self.staged.chunk_by(is_of_one_record);
        let lasts: BTreeMap<u32, _> = records.filter_map(|record| Some((record.first()?.0, record))).collect();
        let known = lasts.into_iter().map(|(shard, record)| {
            let end = message(record).zip(ends.get(&shard));
            (shard, end.map(|((_, message), next)| Applied { next: *next, last: message.fingerprint() }))
        });
        let known = known.collect();
        self.staged.clear();
        self.apply(&known)
    }

    /// The chunk is not committed: its claims are forgotten.
    pub fn abandon(&mut self) {
        self.staged.clear();
        self.owned.values_mut().for_each(Window::abandon);
    }

    /// Writes what is staged of these shards, and how far each is known.
    fn apply(&mut self, ends: &BTreeMap<u32, Option<Applied>>) -> Result<(), Error> {
        let mut txn = self.store.begin();
        for (shard, end) in ends {
            if let Some(window) = self.owned.get_mut(shard) {
                window.write(&mut txn, &self.writer);
                if let Some(end) = end {
                    txn.set(&applied(*shard), end.next);
                    txn.set(&last(*shard), end.last);
                }
            }
        }
        txn.commit()?;
        for shard in ends.keys() {
            if let Some(window) = self.owned.get_mut(shard) {
                window.committed(&self.store)?;
            }
        }
        Ok(())
    }

    /// Why claims had to be read again since this was last asked.
    pub fn take_doubts(&mut self) -> Vec<Doubt> {
        std::mem::take(&mut self.doubts)
    }

    /// The shard of a key.
    #[must_use]
    pub fn shard(&self, key: Key) -> u32 {
        key.shard(self.settings.shards)
    }

    /// Claims in the windows of owned shards, staged ones not counted.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.owned.values().map(Window::keys).sum()
    }

    /// Bytes of their claim logs.
    #[must_use]
    pub fn log_bytes(&self) -> u64 {
        self.owned.values().map(Window::log_bytes).sum()
    }

    /// Settings of the window of one shard.
    fn one(&self) -> Settings {
        Settings { shards: 1, ..self.settings }
    }
}

/// The cache as it was found, or why it is not to be trusted.
fn found(dir: &Path, identity: &str) -> Result<Result<(Store, Writer), Doubt>, Error> {
    let is_new = !dir.join("store.db").is_file();
    let store = Store::open(dir, SYNC)?;
    let writer = store.writer(GROUP)?;
    if is_new {
        return Ok(Err(Doubt::Missing));
    }
    Ok(match store.counters(TOPIC)?.as_slice() {
        [(name, _)] if name == identity => Ok((store, writer)),
        _ => Err(Doubt::Identity),
    })
}

/// Throws away whatever is there and begins a new cache.
fn anew(dir: &Path, identity: &str) -> Result<(Store, Writer), Error> {
    let path: PathBuf = dir.to_owned();
    match fs::remove_dir_all(dir) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(Error::Io { path, source }),
        _ => {}
    }
    let mut store = Store::open(dir, SYNC)?;
    let writer = store.writer(GROUP)?;
    let mut txn = store.begin();
    txn.set(identity, 1);
    txn.commit()?;
    Ok((store, writer))
}

/// Whether a cache that fails so is to be thrown away; a lock or a disk that fails is no reason.
fn is_damage(error: &Error) -> bool {
    matches!(error, Error::Corrupt { .. } | Error::Foreign { .. } | Error::Database { .. })
}

/// Whether a claim belongs to the record of the one before it, which is its key's or a trace's.
fn is_of_one_record((shard, before): &(u32, Claim), (other, claim): &(u32, Claim)) -> bool {
    shard == other && before.position == claim.position
}

fn applied(shard: u32) -> String {
    format!("{APPLIED}{shard}")
}

fn last(shard: u32) -> String {
    format!("{LAST}{shard}")
}

/// What one record claims, as a message of the claims topic: its claim as it stands in a claim log, and the keys of the
/// traces that it left, which all else that is known of them follows from.
///
/// ```text
/// claim 44 | where there are traces: their keys, 16 each | CRC-32C of the keys 4
/// ```
/// One message and not one for each trace: the client and the brokers pay by message. Its key is the business key, so that
/// compaction keeps the newest claim of each.
fn message(claims: &[(u32, Claim)]) -> Option<(u32, Message)> {
    let ((shard, claim), traces) = claims.split_first()?;
    let mut value = Vec::with_capacity(CLAIM_BYTES + traces.len() * KEY_BYTES + CRC_BYTES);
    value.extend_from_slice(&claim::encode(claim));
    traces.iter().for_each(|(_, trace)| value.extend_from_slice(&trace.key.0));
    if !traces.is_empty() {
        let crc = crc32c::crc32c(&value[CLAIM_BYTES..]);
        value.extend_from_slice(&crc.to_le_bytes());
    }
    Some((*shard, Message { time: claim.time, key: claim.key.0.to_vec(), headers: Headers::default(), value }))
}

/// Reads the claims of a record back, that of its key first; `None` when it is none, or damaged.
#[must_use]
pub fn claims(message: &Message) -> Option<Vec<Claim>> {
    let (bytes, rest) = message.value.split_first_chunk()?;
    let claim = claim::is_sound(bytes).then(|| claim::decode(bytes))?;
    let mut claims = vec![claim];
    if !rest.is_empty() {
        let (keys, crc) = rest.split_last_chunk()?;
        let (keys, []) = keys.as_chunks::<KEY_BYTES>() else { return None };
        if keys.is_empty() || u32::from_le_bytes(*crc) != crc32c::crc32c(keys.as_flattened()) {
            return None;
        }
        claims.extend(keys.iter().map(|key| trace(&claim, Key(*key))));
    }
    Some(claims)
}
