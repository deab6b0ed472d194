//! The inputs of a run, and the envelope that all their records share.

use crate::{
    failure::{Failure, tell},
    input::{self, Bytes, Input, Options, Refetch},
};
use pipeline::InFiles;
use record::{Chunk, Headers, Message, Next, Position, RawRecord, RecordTime, chunk::Bound, header};
use std::{
    io, panic,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use transport::{Again, Unread};

/// How often the stop is looked at while an input has nothing to read.
const STOP_STEP: Duration = Duration::from_millis(50);

/// What the command line says of every record.
#[derive(Clone, Debug, Default)]
pub struct Heading {
    /// Form, as in `vendor_invoice` or `vendor_invoice/1`; `None`: each record stands in an envelope that names its own.
    pub form: Option<String>,
    /// Client, if any.
    pub client: Option<String>,
    /// Source profile, if any.
    pub source: Option<String>,
    /// Record time.
    pub time: RecordTime,
}

impl Heading {
    /// A message without a value.
    #[must_use]
    pub fn message(&self) -> Message {
        let Some(form) = &self.form else {
            let headers = [(header::ENVELOPE, "1")].into();
            return Message { time: self.time, headers, ..Message::default() };
        };
        let (form, version) = form.split_once('/').map_or((form.as_str(), None), |(form, v)| (form, Some(v)));
        let mut headers = Headers::from([(header::FORM, form)]);
        let more = [
            (header::FORM_VERSION, version),
            (header::CLIENT, self.client.as_deref()),
            (header::SOURCE, self.source.as_deref()),
        ];
        for (name, value) in more {
            headers.extend(value.map(|value| (name, value)));
        }
        Message { time: self.time, headers, ..Message::default() }
    }
}

/// Inputs that were looked at and can be read.
#[derive(Debug)]
pub struct Sources {
    files: Vec<Source>,
    options: Options,
    message: Message,
    bytes: Bytes,
    /// What was found out about the inputs, for the user.
    pub notes: Vec<String>,
    /// Bytes on disk of all inputs together; `None` when one of them has no length.
    pub length: Option<u64>,
}

#[derive(Debug)]
struct Source {
    path: PathBuf,
    /// Standard input cannot be opened twice.
    opened: Option<Input>,
    again: Option<Arc<Refetch>>,
}

/// Reads records of any of the files again.
#[derive(Debug)]
pub(super) struct AgainInFiles {
    files: Vec<Option<Arc<Refetch>>>,
    message: Message,
}

impl AgainInFiles {
    /// The record at a position, in the envelope of all records.
    pub(super) fn fetch(&self, position: Position) -> Again {
        let file = usize::try_from(position.partition).ok().and_then(|nth| self.files.get(nth)?.as_ref());
        match file.ok_or(Unread::Gone)?.fetch(position) {
            Ok(Some(record)) => Ok(Message { value: record.bytes, ..self.message.clone() }),
            Ok(None) => Err(Unread::Gone),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Unread::Gone),
            Err(_) => Err(Unread::Failed),
        }
    }
}

impl Sources {
    /// Looks at every input: whether it can be read, and whether its header fits the form.
    ///
    /// # Errors
    /// When one cannot be read or does not fit.
    pub fn open(paths: &[PathBuf], options: Options, heading: &Heading) -> Result<Self, Failure> {
        let mut sources = Self {
            files: Vec::new(),
            options,
            message: heading.message(),
            bytes: Bytes::default(),
            notes: Vec::new(),
            length: Some(0),
        };
        for path in paths {
            let stdin = path == Path::new("-");
            let counter = if stdin { sources.bytes.clone() } else { Bytes::default() };
            let mut opened = input::open(path, &sources.options, &counter)?;
            let length =
                path.metadata().ok().filter(|metadata| metadata.is_file() && !stdin).map(|metadata| metadata.len());
            sources.length = sources.length.zip(length).map(|(sum, length)| sum + length);
            sources.notes.append(&mut opened.notes);
            let again = opened.again.take().map(Arc::new);
            sources.files.push(Source { path: path.clone(), opened: stdin.then_some(opened), again });
        }
        Ok(sources)
    }

    /// Counts the bytes read.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// What positions are called.
    #[must_use]
    pub fn places(&self) -> InFiles {
        InFiles(self.files.iter().map(|source| source.path.display().to_string()).collect())
    }

    pub(super) fn again(&self) -> AgainInFiles {
        AgainInFiles {
            files: self.files.iter().map(|source| source.again.clone()).collect(),
            message: self.message.clone(),
        }
    }

    /// Reads all inputs in order on a thread of its own.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn chunks(self, bound: Bound) -> Result<Chunks, Failure> {
        let (send, chunks) = mpsc::sync_channel(1);
        let reader = thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || self.read(bound, &send))
            .map_err(|error| Failure::temporary(format!("cannot start a thread: {error}")))?;
        Ok(Chunks { chunks, reader: Some(reader) })
    }

    /// Reads all inputs in order and sends their chunks, until the receiver goes away.
    fn read(mut self, bound: Bound, send: &SyncSender<Result<Chunk, Failure>>) {
        let files = std::mem::take(&mut self.files);
        for (index, source) in files.into_iter().enumerate() {
            let partition = u32::try_from(index).unwrap_or(u32::MAX);
            match self.read_one(source, partition, bound, send) {
                Ok(true) => {}
                Ok(false) => return,
                Err(failure) => {
                    // The receiver that is gone has a failure of its own.
                    let _gone = send.send(Err(failure));
                    return;
                }
            }
        }
    }

    /// Reads one input; false when the receiver is gone.
    fn read_one(
        &self,
        source: Source,
        partition: u32,
        bound: Bound,
        send: &SyncSender<Result<Chunk, Failure>>,
    ) -> Result<bool, Failure> {
        let name = source.path.display().to_string();
        let mut input = match source.opened {
            Some(input) => input,
            None => input::open(&source.path, &self.options, &self.bytes)?,
        };
        let trail = source.again.map(|again| again.trail());
        let topic: Arc<str> = Arc::from(name.as_str());
        let mut last = None;
        loop {
            let arrived = Instant::now();
            let (mut records, mut bytes) = (Vec::new(), 0);
            while records.len() < bound.records && bytes < bound.bytes {
                let Some(record) = input.reader.read().map_err(|error| input::damaged(&name, &error))? else { break };
                let position = InFiles::position(partition, record.line, last);
                if let Some(trail) = &trail {
                    trail.note(position, &record);
                }
                bytes += record.bytes.len();
                last = Some(position);
                let message = Message { value: record.bytes, ..self.message.clone() };
                records.push(RawRecord { position, message, original: record.original });
            }
            let Some(end) = records.last().map(|record| record.position) else {
                let empty = last.is_none().then(|| format!("{name}: there is no record in it"));
                let notes = input.reader.notes(&name).into_iter().chain(empty);
                notes.for_each(|note| tell(&format!("note: {note}")));
                return Ok(true);
            };
            let next = vec![Next { input: record::Input::Raw, position: Position { offset: end.offset + 1, ..end } }];
            let chunk = Chunk { topic: Arc::clone(&topic), records, handed: Vec::new(), next, arrived };
            if send.send(Ok(chunk)).is_err() {
                return Ok(false);
            }
        }
    }
}

/// The chunks of inputs, as they are read. One waits.
#[derive(Debug)]
pub struct Chunks {
    chunks: Receiver<Result<Chunk, Failure>>,
    reader: Option<JoinHandle<()>>,
}

impl Chunks {
    /// The next chunk; `None` at the end, or once `stop` is raised while there is none. A reader that waits for an input that says
    /// nothing, as standard input may, is left to end with the process.
    ///
    /// # Errors
    /// When an input cannot be read.
    pub fn next(&mut self, stop: &AtomicBool) -> Result<Option<Chunk>, Failure> {
        loop {
            match self.chunks.recv_timeout(STOP_STEP) {
                Ok(chunk) => return chunk.map(Some),
                Err(RecvTimeoutError::Timeout) if stop.load(Ordering::Relaxed) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    // A reader that panicked must not pass for the end of its inputs.
                    let ended = self.reader.take().map_or(Ok(()), JoinHandle::join);
                    return ended.map_or_else(|panic| panic::resume_unwind(panic), |()| Ok(None));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_record_that_cannot_be_read_again_is_not_told_as_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.ndjson");
        fs::write(&path, "{\"a\":1}\n").unwrap();
        let options = Options::new(r#"{"properties": {"a": {}}}"#, input::Mapping::default());
        let sources = Sources::open(std::slice::from_ref(&path), options, &Heading::default()).unwrap();
        let again = sources.again();
        let mut chunks = sources.chunks(Bound { records: 1, bytes: 1 }).unwrap();
        let first = chunks.next(&AtomicBool::new(false)).unwrap().unwrap().records.remove(0);
        assert_eq!(again.fetch(first.position), Ok(first.message));
        fs::remove_file(&path).unwrap();
        assert_eq!(again.fetch(first.position), Err(Unread::Gone));
        // It can be opened, and every read fails.
        fs::create_dir(&path).unwrap();
        assert_eq!(again.fetch(first.position), Err(Unread::Failed));
    }
}
