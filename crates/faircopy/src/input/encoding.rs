//! Text in another encoding becomes UTF-8. Which encoding: the byte order mark, or what the user named, or for CSV what the
//! first bytes look like.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    fmt,
    io::{self, Read},
};

/// The encoding of a sample from the start of an input that says it is Unicode: by a mark, or as only UTF-16 has zeros.
pub(super) fn unicode(sample: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return Some(encoding);
    }
    // UTF-16 without a mark: text in Latin letters has a zero in every other byte.
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    if zeros(1) * 4 > sample.len() {
        return Some(UTF_16LE);
    }
    (zeros(0) * 4 > sample.len()).then_some(UTF_16BE)
}

/// The encoding of a sample from the start of an input that does not say what it is.
pub(super) fn guess(sample: &[u8]) -> &'static Encoding {
    if is_utf8(sample) {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

/// Whether a sample is UTF-8, some of it damaged perhaps: one letter that somebody cut in two must not make `MÃ¼ller` of every
/// `Müller`. In other encodings hardly any letter is followed by what makes a character of UTF-8 of the two.
fn is_utf8(sample: &[u8]) -> bool {
    let (mut characters, mut damaged) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    damaged == 0 || characters >= damaged || (damaged == 1 && is_cut(sample))
}

/// Whether the end of a sample cuts a character and nothing else is wrong: no argument against UTF-8.
fn is_cut(sample: &[u8]) -> bool {
    std::str::from_utf8(sample).is_err_and(|error| error.error_len().is_none())
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
        assert_eq!(unicode(b"vendor,total\n\xef\xbb\xbf"), None);
        assert_eq!(unicode(b"\xef\xbb\xbfvendor,total\n"), Some(UTF_8));
        assert_eq!(unicode(b"\xff\xfea\0,\0b\0"), Some(UTF_16LE));
        assert_eq!(unicode(b"a\0,\0b\0\n\0"), Some(UTF_16LE));
        assert_eq!(unicode(b"\0a\0,\0b\0\n"), Some(UTF_16BE));
        assert_eq!(guess("Müller;Größe\nJörg;Straße\n".as_bytes()), UTF_8);
        assert_eq!(guess(b"M\xfcller;Gr\xf6\xdfe\nJ\xf6rg;Stra\xdfe \x80 5\n").name(), "windows-1252");
        assert_eq!(guess(&"ü".as_bytes()[..1]), UTF_8, "a character cut by the end of the sample");
    }

    #[test]
    fn a_damaged_character_does_not_change_the_encoding_of_all_others() {
        let names = "Müller;Größe\nJörg;Straße\n".as_bytes();
        assert_eq!(guess(&[names, b"Fran\xc3\n"].concat()), UTF_8, "a letter cut in two");
        assert_eq!(guess(&[&b"M\xfcller\n"[..], names].concat()), UTF_8);
        let mostly = "Größe;Müller;Straße;Öl;Äpfel\n".repeat(9);
        let (latin, ..) = encoding_rs::WINDOWS_1252.encode(&mostly);
        assert_eq!(guess(&[&*latin, "Müller".as_bytes()].concat()).name(), "windows-1252");
        // As many other scripts as have texts here: none is taken for UTF-8.
        for (text, encoding) in [
            ("Счёт № 5; Санкт-Петербург; «Ёлка» — оплата", encoding_rs::WINDOWS_1251),
            ("Счёт 5; Санкт-Петербург; оплата услуг", encoding_rs::KOI8_R),
            ("株式会社サンプル;東京都千代田区;ｻﾝﾌﾟﾙ;請求書番号", encoding_rs::SHIFT_JIS),
            ("株式会社サンプル;東京都千代田区;請求書番号", encoding_rs::EUC_JP),
            ("上海模型有限公司;发票号码;北京市朝阳区;人民币", encoding_rs::GBK),
            ("臺北市信義區;發票號碼;新臺幣", encoding_rs::BIG5),
            ("주식회사 견본;서울특별시 강남구;청구서 번호", encoding_rs::EUC_KR),
            ("บริษัท ตัวอย่าง จำกัด;กรุงเทพมหานคร;ใบแจ้งหนี้", encoding_rs::WINDOWS_874),
            ("Ελληνική Εταιρεία;Αθήνα;Τιμολόγιο Νο", encoding_rs::WINDOWS_1253),
            ("شركة مثال;الرياض;فاتورة رقم", encoding_rs::WINDOWS_1256),
            ("Łódź;Kraków;Źródło;Święta;ćwierć", encoding_rs::WINDOWS_1250),
            ("CAFÉ «MÉTÉO»;ÉTÉ À ORLÉANS;CRÈME BRÛLÉE", encoding_rs::WINDOWS_1252),
        ] {
            let (bytes, ..) = encoding.encode(text);
            assert_ne!(guess(&bytes), UTF_8, "{}", encoding.name());
        }
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
