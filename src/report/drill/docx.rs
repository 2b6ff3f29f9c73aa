//! As a Word file, in the layout of administrative documents. The only user of `docx_rs`.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, BreakType, Docx, Header, LineSpacing, LineSpacingType, PageMargin, PageNum,
    Paragraph, Run, RunFonts, SpecialIndentType, Table, TableCell, TableCellMargins,
    TableLayoutType, TableRow, WidthType,
};

use super::{Block, Document, ReportError};
use crate::report::table::Table as Rows;

/// Twentieths of a point in a millimetre, tenfold.
const MM: i32 = 567;

/// What is between the margins of an A4 page, in twentieths of a point.
const WIDTH: usize = 9355;

/// Half points.
const BODY: usize = 28;
const SMALL: usize = 22;

fn mm(millimetres: i32) -> i32 {
    millimetres.saturating_mul(MM).saturating_div(10)
}

fn run(words: &str, size: usize) -> Run {
    Run::new().add_text(words).size(size)
}

fn tight() -> LineSpacing {
    LineSpacing::new().before(0).after(0)
}

fn centred(run: Run) -> Paragraph {
    Paragraph::new().align(AlignmentType::Center).line_spacing(tight()).add_run(run)
}

/// The file.
pub(super) fn written(document: &Document) -> Result<Vec<u8>, ReportError> {
    let fonts = "Times New Roman";
    let fonts = RunFonts::new().ascii(fonts).hi_ansi(fonts).cs(fonts).east_asia(fonts);
    let margin = PageMargin::new()
        .top(mm(20))
        .bottom(mm(20))
        .left(mm(30))
        .right(mm(15))
        .header(mm(10))
        .footer(mm(10));
    // The number stands in the middle above, but not on the first page.
    let numbers = Paragraph::new().align(AlignmentType::Center).add_page_num(PageNum::new());
    let mut docx = Docx::new()
        .default_fonts(fonts)
        .default_size(BODY)
        .page_size(11906, 16838)
        .page_margin(margin)
        .header(Header::new().add_paragraph(numbers))
        .first_header(Header::new().add_paragraph(Paragraph::new()))
        .title_pg();
    docx = docx.add_paragraph(centred(run("DỰ THẢO", 24).bold())).add_table(heading(document));
    docx = docx.add_paragraph(Paragraph::new().line_spacing(tight()));
    docx = docx.add_paragraph(centred(run("BÁO CÁO", BODY).bold()));
    docx = docx.add_paragraph(centred(run(&document.subject, BODY).bold()));
    docx = docx.add_paragraph(centred(run("————————", 20)));
    docx = docx.add_paragraph(
        Paragraph::new().align(AlignmentType::Center).add_run(run("Kính gửi: …………", BODY)),
    );
    for line in &document.basis {
        docx = docx.add_paragraph(body(run(line, BODY).italic()));
    }
    for block in &document.body {
        docx = add(docx, block);
    }
    docx = docx.add_table(end(document));
    for (title, blocks) in &document.appendices {
        let title = run(title, BODY).bold();
        docx = docx
            .add_paragraph(Paragraph::new().add_run(Run::new().add_break(BreakType::Page)))
            .add_paragraph(centred(title))
            .add_paragraph(centred(run("(Kèm theo Báo cáo số      ngày      )", 26).italic()));
        for block in blocks {
            docx = add(docx, block);
        }
    }
    let mut file = Cursor::new(Vec::new());
    let mut built = docx.build();
    built.document = heads_repeated(&built.document);
    built.pack(&mut file).map_err(|error| ReportError::Docx(error.to_string()))?;
    Ok(file.into_inner())
}

/// Says of the first row of each table that it stands on every page the table is on, which the library
/// cannot say. Tables without lines have no head: nothing keeps their rows whole.
fn heads_repeated(document: &[u8]) -> Vec<u8> {
    const TABLE: &str = "<w:tbl>";
    const WHOLE: &str = "<w:cantSplit />";
    let document = String::from_utf8_lossy(document);
    let mut tables = document.split(TABLE);
    let mut all = tables.next().unwrap_or_default().to_owned();
    for table in tables {
        all.push_str(TABLE);
        all.push_str(&table.replacen(WHOLE, &format!("{WHOLE}<w:tblHeader />"), 1));
    }
    all.into_bytes()
}

/// A paragraph of the body: justified, its first line set in.
fn body(run: Run) -> Paragraph {
    let spacing =
        LineSpacing::new().before(60).after(60).line(264).line_rule(LineSpacingType::Auto);
    Paragraph::new()
        .align(AlignmentType::Both)
        .indent(None, Some(SpecialIndentType::FirstLine(mm(10))), None, None)
        .line_spacing(spacing)
        .add_run(run)
}

fn add(docx: Docx, block: &Block) -> Docx {
    match block {
        Block::Part(title) | Block::Under(title) => {
            docx.add_paragraph(body(run(title, BODY).bold()).keep_next(true))
        }
        Block::Words(words) => docx.add_paragraph(body(run(words, BODY))),
        Block::Table(rows, _) if rows.rows.is_empty() => docx,
        Block::Table(rows, widths) => docx
            .add_table(table(rows, widths))
            .add_paragraph(Paragraph::new().line_spacing(tight())),
    }
}

fn cell(run: Run, width: usize, centred: bool) -> TableCell {
    let align = if centred { AlignmentType::Center } else { AlignmentType::Left };
    let spacing = LineSpacing::new().before(30).after(30);
    let paragraph = Paragraph::new().align(align).line_spacing(spacing).add_run(run);
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph)
}

fn table(rows: &Rows, widths: &[usize]) -> Table {
    let widths: Vec<usize> =
        widths.iter().map(|part| part.saturating_mul(WIDTH).saturating_div(100)).collect();
    let head = rows
        .columns
        .iter()
        .zip(&widths)
        .map(|(name, width)| cell(run(name, SMALL).bold(), *width, true));
    let mut all = vec![TableRow::new(head.collect()).cant_split()];
    for row in &rows.rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (one, width))| {
            cell(run(&one.to_string(), SMALL), *width, rows.is_centred(column))
        });
        all.push(TableRow::new(cells.collect()).cant_split());
    }
    let (narrow, unit) = (60, WidthType::Dxa);
    let margins = TableCellMargins::new().margin_left(narrow, unit).margin_right(narrow, unit);
    Table::new(all)
        .set_grid(widths)
        .layout(TableLayoutType::Fixed)
        .width(WIDTH, WidthType::Dxa)
        .margins(margins)
}

/// Two columns without lines.
fn two(left: Vec<Paragraph>, right: Vec<Paragraph>, widths: [usize; 2]) -> Table {
    let [one, other] = widths;
    let fill = |width: usize, paragraphs: Vec<Paragraph>| {
        let empty = TableCell::new().width(width, WidthType::Dxa);
        paragraphs.into_iter().fold(empty, TableCell::add_paragraph)
    };
    let row = TableRow::new(vec![fill(one, left), fill(other, right)]);
    Table::without_borders(vec![row])
        .set_grid(widths.to_vec())
        .layout(TableLayoutType::Fixed)
        .width(WIDTH, WidthType::Dxa)
}

fn heading(document: &Document) -> Table {
    let left = vec![
        centred(run(&document.above, 24)),
        centred(run(&document.team, 24).bold()),
        centred(run("————", 20)),
        centred(run(&document.number, 26)),
    ];
    let right = vec![
        centred(run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 24).bold()),
        centred(run("Độc lập - Tự do - Hạnh phúc", 26).bold().underline("single")),
        centred(run(" ", 20)),
        centred(run(&document.place, 26).italic()),
    ];
    two(left, right, [3955, 5400])
}

fn end(document: &Document) -> Table {
    let line = |run: Run| Paragraph::new().line_spacing(tight()).add_run(run);
    let mut left = vec![line(run("Nơi nhận:", 24).bold().italic())];
    left.extend(document.to.iter().map(|to| line(run(to, SMALL))));
    let (office, name) = &document.signs;
    let right = vec![
        centred(run(office, BODY).bold()),
        centred(run("", BODY)),
        centred(run("", BODY)),
        centred(run("", BODY)),
        centred(run(name, BODY).bold()),
    ];
    two(left, right, [4677, 4678])
}
