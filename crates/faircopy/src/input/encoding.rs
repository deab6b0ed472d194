//! Text in another encoding becomes UTF-8. Which encoding: the byte order mark, or what the user named, or for CSV what the
//! first bytes look like.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    fmt,
    io::{self, Read},
};

/// The encoding of a sample from the start of an input that is not UTF-8 text.
pub(super) fn guess(sample: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return encoding;
    }
    // UTF-16 without a mark: text in Latin letters has a zero in every other byte.
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    if zeros(1) * 4 > sample.len() {
        return UTF_16LE;
    }
    if zeros(0) * 4 > sample.len() {
        return UTF_16BE;
    }
    if is_utf8(sample) {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

/// Whether a sample is UTF-8; a character that the end of the sample cuts is no argument against it.
fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && sample.len() - error.valid_up_to() < 4,
    }
}

/// A reader that turns bytes of an encoding into UTF-8. What the encoding does not know becomes U+FFFD, which judging
/// refuses (`CHR.INVALID`).
pub(super) struct Transcoded<R> {
    reader: R,
    decoder: Decoder,
    input: Vec<u8>,
    taken: usize,
    ended: bool,
    output: Vec<u8>,
    given: usize,
}

const BUFFER: usize = 64 << 10;

impl<R> fmt::Debug for Transcoded<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcoded").field("encoding", &self.decoder.encoding().name()).finish_non_exhaustive()
    }
}

impl<R: Read> Transcoded<R> {
    pub(super) fn new(reader: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        let output = Vec::with_capacity(BUFFER * 3);
        Self { reader, decoder, input: Vec::new(), taken: 0, ended: false, output, given: 0 }
    }

    /// Decodes the next stretch into `output`; an empty one is the end.
    fn refill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.given = 0;
        let mut finished = false;
        while self.output.is_empty() && !finished {
            if self.taken == self.input.len() && !self.ended {
                self.input.resize(BUFFER, 0);
                let read = self.reader.read(&mut self.input)?;
                self.input.truncate(read);
                self.taken = 0;
                self.ended = read == 0;
            }
            self.output.resize(BUFFER * 3, 0);
            let input = &self.input[self.taken..];
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.output, self.ended);
            self.taken += read;
            self.output.truncate(written);
            finished = self.ended && result == CoderResult::InputEmpty;
        }
        if finished {
            // A decoder that saw its last byte must not be asked again.
            self.decoder = UTF_8.new_decoder_without_bom_handling();
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.output.len() {
            self.refill()?;
        }
        let count = buffer.len().min(self.output.len() - self.given);
        buffer[..count].copy_from_slice(&self.output[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn decode(bytes: &[u8], encoding: &'static Encoding) -> String {
        let mut text = String::new();
        Transcoded::new(Cursor::new(bytes.to_vec()), encoding).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_encoding_of_a_sample_is_found() {
        assert_eq!(guess(b"vendor,total\n\xef\xbb\xbf"), UTF_8);
        assert_eq!(guess(b"\xff\xfea\0,\0b\0"), UTF_16LE);
        assert_eq!(guess(b"a\0,\0b\0\n\0"), UTF_16LE);
        assert_eq!(guess(b"\0a\0,\0b\0\n"), UTF_16BE);
        assert_eq!(guess("Müller;Größe\nJörg;Straße\n".as_bytes()), UTF_8);
        assert_eq!(guess(b"M\xfcller;Gr\xf6\xdfe\nJ\xf6rg;Stra\xdfe \x80 5\n").name(), "windows-1252");
        assert_eq!(guess(&"ü".as_bytes()[..1]), UTF_8, "a character cut by the end of the sample");
    }

    #[test]
    fn text_is_decoded_across_buffers_and_its_mark_dropped() {
        let text = "Größe €\n".repeat(20_000);
        let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert!(decode(&utf16, UTF_16LE) == text);
        let (cp1252, ..) = encoding_rs::WINDOWS_1252.encode(&text);
        assert!(decode(&cp1252, encoding_rs::WINDOWS_1252) == text);
        assert_eq!(decode(b"", UTF_16LE), "");
        assert_eq!(decode(b"a\0b", UTF_16LE), "a\u{fffd}", "half a character at the end");
    }
}
