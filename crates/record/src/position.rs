//! Where a raw record stands.

use std::{fmt, num::ParseIntError, str::FromStr};

/// Partition and offset of a raw record within the raw topic. Offsets count records from 0 without holes on the local
/// transport; on Kafka transaction markers leave holes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Partition of the raw topic; in a file run the number of the file on the command line, from 0.
    pub partition: u32,
    /// Offset within the partition; in a file run the number of the record within the file, from 0.
    pub offset: u64,
}

impl fmt::Display for Position {
    /// `partition/offset`, as in headers and on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.partition, self.offset)
    }
}

/// `text` is not `partition/offset`.
#[derive(Debug, thiserror::Error)]
#[error("a position is written partition/offset, as in 0/1234")]
pub struct ParsePositionError;

impl From<ParseIntError> for ParsePositionError {
    fn from(_: ParseIntError) -> Self {
        Self
    }
}

impl FromStr for Position {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (partition, offset) = text.split_once('/').ok_or(ParsePositionError)?;
        Ok(Self { partition: partition.parse()?, offset: offset.parse()? })
    }
}

/// Where a record came from, as a reject or duplicate names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Origin<'a> {
    /// A raw topic.
    Topic {
        /// Name of the raw topic.
        topic: &'a str,
        /// Partition within it.
        partition: u32,
        /// Offset within the partition.
        offset: u64,
    },
    /// A file on the command line.
    File {
        /// The file as the user named it; `-` is standard input.
        file: &'a str,
        /// Line on which the record begins, from 1.
        line: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_as_it_is_written() {
        let position = Position { partition: 3, offset: 1 << 40 };
        assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
        assert!("3-4".parse::<Position>().is_err());
    }
}
