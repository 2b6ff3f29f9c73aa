//! The report of a drill as officials know it: one document, written as DOCX, XLSX and HTML. Every figure
//! comes from [`Account`], so the three cannot differ.

mod docx;
mod html;
mod log;
mod parts;
mod sheets;

use chrono_tz::Tz;

use super::table::{Table, book};
use crate::domain::directory::Directory;
use crate::domain::drill::account::Account;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::time::Timestamp;

/// What a report needs beside the drill.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The drill, with its words.
    pub shown: &'a ShownDrill,
    /// What is known of it.
    pub account: &'a Account,
    /// Names.
    pub directory: &'a Directory,
    /// The team that held it.
    pub team: &'a str,
    /// The province.
    pub province: &'a str,
    /// The zone of every time in it.
    pub zone: Tz,
    /// When it is written.
    pub now: Timestamp,
    /// The number and the hash of the last entry of the ledger.
    pub head: (i64, &'a str),
    /// The digest of what it is made from.
    pub digest: &'a str,
}

/// A piece of the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A part: `I. …`.
    Part(String),
    /// Under it: `1. …`.
    Under(String),
    /// A paragraph.
    Words(String),
    /// A table, with how wide each column is, in hundredths. One without rows is a sheet of the workbook only.
    Table(Table, &'static [usize]),
}

/// The document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Above the team.
    pub above: String,
    /// The team.
    pub team: String,
    /// The number, left blank for the clerk.
    pub number: String,
    /// Place and day.
    pub place: String,
    /// What it is about.
    pub subject: String,
    /// The same in a line, for pages that are printed without it.
    pub about: String,
    /// On what it rests.
    pub basis: Vec<String>,
    /// The parts.
    pub body: Vec<Block>,
    /// Who gets it.
    pub to: Vec<String>,
    /// Who signs.
    pub signs: (String, String),
    /// What goes with it: the title of each, and what stands in it.
    pub appendices: Vec<(String, Vec<Block>)>,
}

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// For clerks.
    Docx,
    /// For whoever reckons on.
    Xlsx,
    /// To look at and to print.
    Html,
}

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// As a document.
    #[error("docx: {0}")]
    Docx(String),
    /// As a workbook.
    #[error(transparent)]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

impl Form {
    /// By the ending of a file's name.
    pub fn of(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }
}

impl Document {
    /// The document of a drill.
    pub fn of(frame: &Frame<'_>) -> Self {
        parts::document(frame)
    }

    /// The file.
    pub fn written(&self, form: Form) -> Result<Vec<u8>, ReportError> {
        match form {
            Form::Docx => docx::written(self),
            Form::Xlsx => Ok(book(&self.sheets(), &self.about)?),
            Form::Html => Ok(html::written(self).into_bytes()),
        }
    }

    /// Every table, in the order of the workbook.
    fn sheets(&self) -> Vec<Table> {
        let mut tables = self.tables();
        tables.sort_by_key(|table| sheets::ORDER.iter().position(|name| *name == table.name));
        tables
    }

    /// Every table, in the order of the document.
    pub fn tables(&self) -> Vec<Table> {
        let appended = self.appendices.iter().flat_map(|(_, blocks)| blocks);
        let tables = self.body.iter().chain(appended).filter_map(|block| match block {
            Block::Table(table, _) => Some(table.clone()),
            _ => None,
        });
        tables.collect()
    }
}
