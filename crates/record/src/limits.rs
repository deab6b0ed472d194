//! Bounds on everything a record may be. Each is checked before memory is spent on what lies beyond it.

/// Most bytes of one raw record; a longer one is rejected as `ENV.TOO_LARGE`, never cut.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Deepest nesting of arrays and objects; the record itself is depth 1.
pub const DEPTH_MAX: usize = 32;
/// Most JSON values (scalars, arrays, objects) in one record.
pub const NODES_MAX: usize = 20_000;
/// Most members of one object.
pub const MEMBERS_MAX: usize = 2_000;
/// Most bytes of one string, after unescaping.
pub const STRING_BYTES_MAX: usize = 64 << 10;
/// Most bytes of one member name, after unescaping.
pub const NAME_BYTES_MAX: usize = 256;
/// Most bytes of one number as written.
pub const NUMBER_BYTES_MAX: usize = 64;
/// Most findings written for one record; `truncated` says that there were more.
pub const FINDINGS_MAX: usize = 100;
/// Most bytes of all headers of one raw record together.
pub const HEADER_BYTES_MAX: usize = 16 << 10;

// A reject carries the raw bytes (base64 at worst, 4/3) and its findings: the frame bound must hold them.
/// Most bytes of one message on any topic.
pub const MESSAGE_BYTES_MAX: usize = 4 << 20;
const _: () = assert!(RECORD_BYTES_MAX * 4 / 3 + FINDINGS_MAX * 4096 + HEADER_BYTES_MAX < MESSAGE_BYTES_MAX);
