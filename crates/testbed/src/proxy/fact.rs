//! What the proxy saw and did: the proof that a fault did happen.

use super::Action;

/// Kinds of requests, as the protocol numbers them.
pub mod api {
    /// `InitProducerId`
    pub const INIT_PRODUCER_ID: i16 = 22;
    /// `AddPartitionsToTxn`
    pub const ADD_PARTITIONS_TO_TXN: i16 = 24;
    /// `AddOffsetsToTxn`
    pub const ADD_OFFSETS_TO_TXN: i16 = 25;
    /// `EndTxn`
    pub const END_TXN: i16 = 26;
    /// `TxnOffsetCommit`
    pub const TXN_OFFSET_COMMIT: i16 = 28;
    /// All requests that only transactions make.
    pub const OF_TRANSACTIONS: [i16; 5] =
        [INIT_PRODUCER_ID, ADD_PARTITIONS_TO_TXN, ADD_OFFSETS_TO_TXN, END_TXN, TXN_OFFSET_COMMIT];
}

/// Something the proxy saw or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A client made a request that belongs to transactions, or of a kind that a rule names.
    Request(Request),
    /// A rule was applied to this request.
    Fired(Request, Action),
    /// What the broker answered to a request that came late or a second time; `None` when it closed the connection or
    /// said nothing for 5 s.
    LateAnswer(Request, Option<Vec<u8>>),
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its kind.
    pub api: i16,
    /// The version of that kind.
    pub version: i16,
    /// What its answer carries too.
    pub correlation: i32,
    /// The how many-th of its kind, from 1, over all connections.
    pub nth: usize,
    /// Everything after the length.
    pub frame: Vec<u8>,
}

/// What an `EndTxn` request says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndTxn {
    /// The producer.
    pub producer: i64,
    /// Which of the instances that used the producer's transactional id.
    pub epoch: i16,
    /// Whether it asks to commit; otherwise to abort.
    pub commit: bool,
}

impl Request {
    /// Whether it ends a transaction by aborting it.
    pub(super) fn is_abort(&self) -> bool {
        self.end_txn().is_some_and(|end| !end.commit)
    }

    /// The bytes of producer id and epoch of an `AddOffsetsToTxn` request of versions 0 to 2: they follow the client's name
    /// and the transactional id.
    pub(super) fn producer(&self) -> Option<&[u8]> {
        let after_string = |bytes: &'_ [u8]| -> Option<usize> {
            let (length, _) = bytes.split_first_chunk()?;
            Some(2 + usize::try_from(i16::from_be_bytes(*length)).unwrap_or(0))
        };
        let named = self.frame.get(8..)?;
        let id = named.get(after_string(named)?..)?;
        let producer = id.get(after_string(id)?..)?;
        if self.api == api::ADD_OFFSETS_TO_TXN && self.version < 3 { producer.get(..10) } else { None }
    }

    /// The same end of a transaction in the name of this producer and epoch.
    pub(super) fn in_the_name_of(mut self, producer: &[u8]) -> Self {
        let end = self.frame.len() - 1;
        self.frame[end - producer.len()..end].copy_from_slice(producer);
        self
    }

    /// The content of an `EndTxn` request of versions 0 to 2, whose last fields these are.
    pub fn end_txn(&self) -> Option<EndTxn> {
        let &[.., p0, p1, p2, p3, p4, p5, p6, p7, e0, e1, commit] = &self.frame[..] else { return None };
        (self.api == api::END_TXN && self.version < 3).then_some(EndTxn {
            producer: i64::from_be_bytes([p0, p1, p2, p3, p4, p5, p6, p7]),
            epoch: i16::from_be_bytes([e0, e1]),
            commit: commit != 0,
        })
    }
}

/// The error code in an answer to `InitProducerId` (before version 2), `AddOffsetsToTxn` or `EndTxn` (before version 3):
/// it follows the correlation id and the throttle time.
pub fn error_code(answer: &[u8]) -> i16 {
    i16::from_be_bytes([answer[8], answer[9]])
}
