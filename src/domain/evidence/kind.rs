//! What a file is, from its bytes.

use super::{Kind, NotTaken};
use crate::domain::fold::fold;

/// A file that may be kept, as far as its content says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// What it is.
    pub kind: Kind,
    /// The same, more exactly.
    pub mime: &'static str,
    /// Its text, where it is nothing but text: the guard has to see it.
    pub text: Option<String>,
}

/// What a beginning says.
#[derive(Clone, Copy)]
enum Says {
    Is(Kind, &'static str),
    Not(fn() -> NotTaken),
}

use Says::{Is, Not};

const PROGRAM: Says = Not(|| NotTaken::Program);
const ARCHIVE: Says = Not(|| NotTaken::Archive);
const DISK: Says = Not(|| NotTaken::DiskImage);
const LOG: Says = Not(|| NotTaken::Log);
const CAPTURE: Says = Not(|| NotTaken::Capture);

/// Where a file has which bytes, and what that makes it; the first that fits counts.
#[rustfmt::skip]
const SIGNS: &[(usize, &[u8], Says)] = &[
    (0, b"MZ", PROGRAM), (0, b"\x7fELF", PROGRAM), (0, b"\xca\xfe\xba\xbe", PROGRAM),
    (0, b"\xfe\xed\xfa\xce", PROGRAM), (0, b"\xfe\xed\xfa\xcf", PROGRAM),
    (0, b"\xce\xfa\xed\xfe", PROGRAM), (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"dex\n", PROGRAM), (0, b"\0asm", PROGRAM),
    (0, b"\x4c\0\0\0\x01\x14\x02\0", PROGRAM),
    (0, b"Rar!", ARCHIVE), (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE), (0, b"\x1f\x8b", ARCHIVE),
    (0, b"BZh", ARCHIVE), (0, b"\xfd7zXZ", ARCHIVE), (0, b"\x28\xb5\x2f\xfd", ARCHIVE),
    (0, b"MSCF", ARCHIVE), (257, b"ustar", ARCHIVE), (0, b"ITSF", ARCHIVE),
    (0, b"conectix", DISK), (0, b"KDMV", DISK), (0, b"# Disk DescriptorFile", DISK),
    (0, b"QFI\xfb", DISK), (0, b"vhdxfile", DISK), (0x8001, b"CD001", DISK), (0, b"EVF\x09\x0d\x0a", DISK),
    (0, b"ElfFile\0", LOG), (4, b"LfLe", LOG), (0, b"LPKSHHRH", LOG), (0, b"regf", LOG),
    (0, b"\xd4\xc3\xb2\xa1", CAPTURE), (0, b"\xa1\xb2\xc3\xd4", CAPTURE),
    (0, b"\x4d\x3c\xb2\xa1", CAPTURE), (0, b"\xa1\xb2\x3c\x4d", CAPTURE), (0, b"\x0a\x0d\x0d\x0a", CAPTURE),
    (0, b"\xff\xd8\xff", Is(Kind::Image, "image/jpeg")), (0, b"\x89PNG\r\n\x1a\n", Is(Kind::Image, "image/png")),
    (0, b"GIF8", Is(Kind::Image, "image/gif")), (8, b"WEBP", Is(Kind::Image, "image/webp")),
    (0, b"II*\0", Is(Kind::Image, "image/tiff")), (0, b"MM\0*", Is(Kind::Image, "image/tiff")),
    (4, b"ftyphei", Is(Kind::Image, "image/heic")), (4, b"ftypmif1", Is(Kind::Image, "image/heic")),
    (0, b"%PDF-", Is(Kind::Pdf, "application/pdf")),
    (0, b"OggS", Is(Kind::Audio, "audio/ogg")), (0, b"ID3", Is(Kind::Audio, "audio/mpeg")),
    (0, b"\xff\xfb", Is(Kind::Audio, "audio/mpeg")), (0, b"\xff\xf3", Is(Kind::Audio, "audio/mpeg")),
    (0, b"\xff\xf1", Is(Kind::Audio, "audio/aac")), (0, b"fLaC", Is(Kind::Audio, "audio/flac")),
    (8, b"WAVE", Is(Kind::Audio, "audio/wav")), (4, b"ftypM4A", Is(Kind::Audio, "audio/mp4")),
    (0, b"#!AMR", Is(Kind::Audio, "audio/amr")), (0, b"{\\rtf", Is(Kind::Office, "application/rtf")),
];

/// Ends of names that say more than the content does, each with what such a file is.
#[rustfmt::skip]
const NAMES: &[(&[&str], NotTaken)] = &[
    (&["exe", "dll", "com", "scr", "msi", "jar", "apk", "lnk", "sys"], NotTaken::Program),
    (&["bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "wsf", "hta", "sh", "py", "pl",
       "php", "jsp", "asp", "aspx", "reg", "html", "htm", "svg"], NotTaken::Script),
    (&["docm", "xlsm", "pptm", "dotm", "xlam"], NotTaken::Macros),
    (&["zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz"], NotTaken::Archive),
    (&["iso", "img", "dd", "vhd", "vhdx", "vmdk", "e01", "qcow2"], NotTaken::DiskImage),
    (&["log", "evtx", "evt", "etl"], NotTaken::Log),
    (&["pcap", "pcapng", "cap"], NotTaken::Capture),
];

/// How a text begins that is a program.
const SCRIPTS: &[&str] = &[
    "#!",
    "<?php",
    "<%",
    "@echo",
    "<script",
    "<!doctype html",
    "<html",
    "<svg",
    "<hta:",
    "windows registry editor",
];

/// What a file is. Its name cannot make it something better than its content is.
pub fn tell(bytes: &[u8], name: Option<&str>) -> Result<Known, NotTaken> {
    let known = by_content(bytes)?;
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, end)| fold(end.trim()));
    let by_name = ending
        .and_then(|end| NAMES.iter().find(|(ends, _)| ends.contains(&&*end)))
        .map(|(_, why)| why.clone());
    // A picture called .exe is a picture; but of a text the name says what it is for.
    match by_name {
        Some(why) if known.text.is_some() => Err(why),
        _ => Ok(known),
    }
}

fn by_content(bytes: &[u8]) -> Result<Known, NotTaken> {
    let plain = |kind, mime| Ok(Known { kind, mime, text: None });
    for (at, sign, says) in SIGNS {
        if bytes.get(*at..).is_some_and(|rest| rest.starts_with(sign)) {
            return match says {
                Is(kind, mime) => plain(*kind, mime),
                Not(why) => Err(why()),
            };
        }
    }
    if bytes.starts_with(b"PK") {
        return packed(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(bytes);
    }
    let boots = bytes.len().is_multiple_of(512) && bytes.get(510..512) == Some(b"\x55\xaa");
    let virtual_disk = bytes.len().checked_sub(512).and_then(|at| bytes.get(at..));
    if boots || virtual_disk.is_some_and(|end| end.starts_with(b"conectix")) {
        return Err(NotTaken::DiskImage);
    }
    let text = text(bytes).ok_or(NotTaken::Unknown)?;
    if is_script(&text) {
        return Err(NotTaken::Script);
    }
    if is_log(&text) {
        return Err(NotTaken::Log);
    }
    Ok(Known { kind: Kind::Text, mime: "text/plain", text: Some(text) })
}

/// What is in a file that is packed like an archive: an office document, or anything.
fn packed(bytes: &[u8]) -> Result<Known, NotTaken> {
    let names = entries(bytes).ok_or(NotTaken::Archive)?;
    let any = |wanted: &dyn Fn(&str) -> bool| names.iter().any(|name| wanted(name));
    let open = bytes
        .get(30..)
        .is_some_and(|rest| rest.starts_with(b"mimetypeapplication/vnd.oasis.opendocument."));
    let kinds = [
        ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ];
    let found = kinds.iter().find(|(folder, _)| any(&|name| name.starts_with(folder)));
    let mime = match found {
        Some((_, mime)) if any(&|name| name == "[content_types].xml") => *mime,
        _ if open => "application/vnd.oasis.opendocument",
        _ => return Err(NotTaken::Archive),
    };
    let active = |name: &str| {
        name.contains("vbaproject")
            || name.contains("vbadata")
            || name.contains("macrosheets/")
            || name.contains("activex/")
            || name.starts_with("basic/")
            || name.starts_with("scripts/")
    };
    if any(&active) {
        return Err(NotTaken::Macros);
    }
    Ok(Known { kind: Kind::Office, mime, text: None })
}

/// The names in an archive's directory, in lower case; nothing where it does not read.
fn entries(bytes: &[u8]) -> Option<Vec<String>> {
    const END: &[u8] = b"PK\x05\x06";
    let from = bytes.len().saturating_sub(66_000);
    let tail = bytes.get(from..)?;
    let end = from.checked_add(tail.windows(4).rposition(|four| four == END)?)?;
    let count = short(bytes, end.checked_add(10)?)?;
    let mut at = usize::try_from(long(bytes, end.checked_add(16)?)?).ok()?;
    let mut names = Vec::new();
    for _ in 0..count {
        if bytes.get(at..)?.get(..4)? != b"PK\x01\x02" {
            return None;
        }
        let length = |place: usize| Some(usize::from(short(bytes, at.checked_add(place)?)?));
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let begin = at.checked_add(46)?;
        let after = begin.checked_add(name)?;
        let name = String::from_utf8_lossy(bytes.get(begin..after)?);
        names.push(name.replace('\\', "/").to_lowercase());
        at = after.checked_add(extra)?.checked_add(comment)?;
    }
    Some(names)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// The older office files, which share their form with installers.
fn compound(bytes: &[u8]) -> Result<Known, NotTaken> {
    let named = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|part| part == wide)
    };
    if named("_VBA_PROJECT") || named("Macros") {
        return Err(NotTaken::Macros);
    }
    let mime = match () {
        () if named("WordDocument") => "application/msword",
        () if named("Workbook") || named("Book") => "application/vnd.ms-excel",
        () if named("PowerPoint Document") => "application/vnd.ms-powerpoint",
        () if named("__properties_version1.0") => "application/vnd.ms-outlook",
        () => return Err(NotTaken::Program),
    };
    Ok(Known { kind: Kind::Office, mime, text: None })
}

/// The text of a file that is nothing but text, in one of the usual encodings.
fn text(bytes: &[u8]) -> Option<String> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> =
            rest.chunks_exact(2).filter_map(|two| Some(unit(two.try_into().ok()?))).collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [] => return None,
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest).ok()?.to_owned(),
    };
    let strange = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{c}');
    (!text.contains(strange)).then_some(text)
}

fn is_script(text: &str) -> bool {
    let begins: String = text.trim_start().chars().take(40).collect::<String>().to_lowercase();
    SCRIPTS.iter().any(|script| begins.starts_with(script))
}

/// So many lines are looked at, and so few are no log.
const LINES: usize = 50;
const FEW: usize = 5;

/// Line after line that begins with a time or an address: written by a machine.
fn is_log(text: &str) -> bool {
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES).collect();
    let marked = lines.iter().filter(|line| by_a_machine(line)).count();
    lines.len() >= FEW && marked.saturating_mul(5) >= lines.len().saturating_mul(4)
}

fn by_a_machine(line: &str) -> bool {
    let line = line.trim_start_matches(['[', '<', '"', '(']);
    let Some(word) = line.split([' ', '\t', ',', ']', '|', 'T']).next() else { return false };
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let only = |marks: &str| word.chars().all(|c| c.is_ascii_digit() || marks.contains(c));
    let address = word.parse::<std::net::IpAddr>().is_ok();
    let day = digits >= 6 && only("-/.:") && word.contains(['-', '/', ':']);
    let stamp = digits >= 10 && only(".");
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let syslog = months.contains(&word) && line.split(':').count() >= 3;
    address || day || stamp || syslog
}
