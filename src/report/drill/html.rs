//! As a page that needs nothing else and prints on A4.

use maud::{DOCTYPE, Markup, html};

use super::{Block, Document};

const STYLE: &str = "@page{size:A4;margin:20mm 15mm 20mm 30mm}\
body{font:14pt/1.4 'Times New Roman',serif;max-width:180mm;margin:1em auto;padding:0 1em}\
header{display:flex;justify-content:space-between;text-align:center}\
h1,h2{font-size:14pt;text-align:center;margin:.3em 0}h3,h4{font-size:14pt;margin:.6em 0 .2em}\
p{text-align:justify;margin:.3em 0;text-indent:1cm}header p,footer p{text-indent:0;text-align:center}\
table{border-collapse:collapse;width:100%;font-size:11pt;margin:.5em 0}\
th,td{border:1px solid #000;padding:3px 5px;vertical-align:top;text-align:left}\
th,.n{text-align:center}td,th{overflow-wrap:anywhere}thead{display:table-header-group}tr{break-inside:avoid}\
section{break-before:page}.draft{font-weight:bold;text-align:center}\
footer{display:flex;justify-content:space-between}";

/// The page.
pub(super) fn written(document: &Document) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                title { (document.subject) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                p.draft { "DỰ THẢO" }
                header {
                    div { p { (document.above) } p { b { (document.team) } } p { (document.number) } }
                    div {
                        p { b { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" } }
                        p { b { u { "Độc lập - Tự do - Hạnh phúc" } } }
                        p { i { (document.place) } }
                    }
                }
                h1 { "BÁO CÁO" }
                h2 { (document.subject) }
                p { "Kính gửi: …………" }
                @for line in &document.basis { p { i { (line) } } }
                @for block in &document.body { (one(block)) }
                footer {
                    div {
                        b { i { "Nơi nhận:" } }
                        @for line in &document.to { br; small { (line) } }
                    }
                    div { p { b { (document.signs.0) } } br; br; p { b { (document.signs.1) } } }
                }
                @for (title, blocks) in &document.appendices {
                    section {
                        h2 { (title) }
                        p { i { "(Kèm theo Báo cáo số      ngày      )" } }
                        @for block in blocks { (one(block)) }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn one(block: &Block) -> Markup {
    match block {
        Block::Part(title) => html! { h3 { (title) } },
        Block::Under(title) => html! { h4 { (title) } },
        Block::Words(words) => html! { p { (words) } },
        Block::Table(table, _) if table.rows.is_empty() => html! {},
        Block::Table(table, _) => html! {
            table {
                thead { tr { @for name in table.columns { th { (name) } } } }
                tbody {
                    @for row in &table.rows {
                        tr { @for (column, cell) in row.iter().enumerate() {
                            td class=[table.is_centred(column).then_some("n")] { (cell) }
                        } }
                    }
                }
            }
        },
    }
}
