//! Where rejects stand, and where they are put back: a store or a cluster.

use crate::Error;
use record::{Message, Position, header};
use std::{collections::BTreeSet, path::Path};
use transport::{
    Topic,
    kafka::{self, Audit, Extent, Returns},
    local::{self, Appender, Reader},
};

/// The topics of a pipeline.
#[derive(Clone, Copy, Debug)]
pub enum Site<'a> {
    /// The store in a directory.
    Store(&'a Path, local::Settings),
    /// A cluster.
    Cluster(&'a kafka::Settings),
}

impl Site<'_> {
    /// Tells of every message that is committed on a topic now, until `tell` says that it is enough. What comes meanwhile is left
    /// for the next time. On a cluster the messages of one partition come in order.
    ///
    /// # Errors
    /// When the topic cannot be read; those of `tell`.
    pub fn each(
        &self,
        topic: Topic,
        tell: &mut dyn FnMut(Position, Message) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        match self {
            Self::Store(dir, _) => each_stored(dir, topic, tell),
            Self::Cluster(settings) => each_sent(settings, topic, tell),
        }
    }
}

fn each_stored(
    dir: &Path,
    topic: Topic,
    tell: &mut dyn FnMut(Position, Message) -> Result<bool, Error>,
) -> Result<(), Error> {
    let mut reader = Reader::open(dir, topic, 0)?;
    let (_, end) = reader.range()?;
    while let Some((offset, message)) = reader.read()?
        && offset < end
        && tell(Position { partition: 0, offset }, message)?
    {}
    Ok(())
}

fn each_sent(
    settings: &kafka::Settings,
    topic: Topic,
    tell: &mut dyn FnMut(Position, Message) -> Result<bool, Error>,
) -> Result<(), Error> {
    let audit = Audit::open(settings).map_err(transport::Error::from)?;
    let extents = audit.extents(topic).map_err(transport::Error::from)?;
    let mut told = Ok(true);
    let read = audit.messages(topic, &extents, &mut |position, message| {
        told = tell(position, message);
        matches!(told, Ok(true))
    });
    read.map_err(transport::Error::from)?;
    told.map(|_| ())
}

/// Which rejects were put back.
#[derive(Debug)]
pub struct Marks(Known);

#[derive(Debug)]
enum Known {
    /// The store keeps a mark, committed together with the raw record.
    Store(Box<Reader>),
    /// On a cluster the raw records themselves tell which rejects they came from.
    Cluster(BTreeSet<String>),
}

impl Marks {
    /// Looks them up; on a cluster the whole raw topic is read for that.
    ///
    /// # Errors
    /// When the topics cannot be read.
    pub fn open(site: &Site<'_>) -> Result<Self, Error> {
        Self::read(site, Audit::extents)
    }

    /// As [`Self::open`], with all that was put back by now: transactions that are open on raw are waited for.
    ///
    /// # Errors
    /// As [`Self::open`]; when one of them does not end.
    pub(super) fn settled(site: &Site<'_>) -> Result<Self, Error> {
        Self::read(site, Audit::settled)
    }

    fn read(site: &Site<'_>, extents: fn(&Audit, Topic) -> Result<Vec<Extent>, kafka::Error>) -> Result<Self, Error> {
        let settings = match site {
            Site::Store(dir, _) => return Ok(Self(Known::Store(Box::new(Reader::open(dir, Topic::Rejects, 0)?)))),
            Site::Cluster(settings) => settings,
        };
        let mut known = BTreeSet::new();
        let audit = Audit::open(settings).map_err(transport::Error::from)?;
        let extents = extents(&audit, Topic::Raw).map_err(transport::Error::from)?;
        let read = audit.read(Topic::Raw, &extents, &mut |seen| {
            let id = seen.header(header::PARENT_REJECT).and_then(|id| std::str::from_utf8(id).ok());
            known.extend(id.map(str::to_owned));
        });
        read.map_err(transport::Error::from)?;
        Ok(Self(Known::Cluster(known)))
    }

    /// Whether a reject was put back.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has(&self, reject_id: &str, mark: &str) -> Result<bool, Error> {
        Ok(match &self.0 {
            Known::Store(reader) => reader.is_done(mark)?,
            Known::Cluster(known) => known.contains(reject_id),
        })
    }
}

/// The end of the raw topic that records are put back at.
pub(super) enum Door {
    Store(Box<Appender>),
    Cluster(Box<Returns>),
}

impl Door {
    pub(super) fn open(site: &Site<'_>) -> Result<Self, Error> {
        Ok(match site {
            Site::Store(dir, settings) => Self::Store(Box::new(Appender::open(dir, *settings)?)),
            Site::Cluster(settings) => {
                Self::Cluster(Box::new(Returns::open(settings).map_err(transport::Error::from)?))
            }
        })
    }

    /// Puts records back, together with their marks.
    pub(super) fn put(&mut self, messages: &[Message], marks: &[String]) -> Result<(), Error> {
        match self {
            Self::Store(appender) => appender.append_once(messages, marks).map(|_| ())?,
            Self::Cluster(returns) => returns.put(messages)?,
        }
        Ok(())
    }
}
