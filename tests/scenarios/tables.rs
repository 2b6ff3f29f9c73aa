//! Tables as people have them: workbooks, old encodings, dates as somebody typed them.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use trucban::config::rows::{Encoding, ReadAs, RowProblem, parse_people};
use trucban::domain::ids::UnitCode;

use super::import::{directory, parse_units};

fn saved(mut book: Workbook) -> Vec<u8> {
    book.save_to_buffer().unwrap()
}

/// A sheet with these rows, all of them words.
fn filled<'b>(book: &'b mut Workbook, name: &str, rows: &[&[&str]]) -> &'b mut Worksheet {
    let sheet = book.add_worksheet().set_name(name).unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    sheet
}

/// What is told of each problem.
fn told(problems: &[RowProblem], file: &str) -> String {
    problems.iter().map(|problem| problem.words(file) + "\n").collect()
}

fn windows_1258(text: &str) -> Vec<u8> {
    // As that encoding has it: the letter with its hat or horn, then the tone.
    use unicode_normalization::UnicodeNormalization as _;
    let mut bytes = Vec::new();
    for letter in text.chars() {
        let whole =
            encoding_rs::WINDOWS_1258.encode(letter.encode_utf8(&mut [0; 4])).0.into_owned();
        if !whole.starts_with(b"&#") {
            bytes.extend(whole);
            continue;
        }
        let parts: Vec<char> = letter.nfd().collect();
        let tone = parts.iter().find(|c| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(**c));
        let rest: String = parts.iter().filter(|c| Some(*c) != tone).copied().nfc().collect();
        for part in [Some(rest), tone.map(char::to_string)].into_iter().flatten() {
            bytes.extend(encoding_rs::WINDOWS_1258.encode(&part).0.into_owned());
        }
    }
    bytes
}

#[test]
fn a_workbook_is_read_with_its_real_dates_formulas_title_and_empty_edges() {
    let mut book = Workbook::new();
    filled(&mut book, "Ghi chú", &[&["Danh sách này lập tháng 11"]]);
    let names = ["code", "NAME", "kind", "parent", "active_from", "active_to", "successor", "", ""];
    let rows: [&[&str]; 6] = [
        &["DANH SÁCH ĐƠN VỊ"],
        &[],
        &names,
        &["xa-001", "Xã Mo\u{302}\u{323}t", "xa", "tinh", "", "30/11/2026", "xa-003"],
        &["", " ", ""],
        &["xa-002", "Xã Hai", "xa", "tinh", "", "", "xa-003"],
    ];
    let sheet = filled(&mut book, "Đơn vị", &rows);
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let date = |month| ExcelDateTime::from_ymd(2026, month, 5).unwrap();
    sheet.write_datetime_with_format(3, 4, date(1), &day).unwrap();
    sheet.write_datetime_with_format(5, 5, date(12), &day).unwrap();
    sheet.write_string(6, 0, "xa-003").unwrap();
    sheet.write_formula(6, 1, Formula::new("\"Xã \"&\"Ba\"").set_result("Xã Ba")).unwrap();
    sheet.merge_range(0, 0, 0, 6, "DANH SÁCH ĐƠN VỊ", &Format::new()).unwrap();
    let found = parse_units(&saved(book), &directory()).map_err(|wrong| told(&wrong, "x")).unwrap();
    assert_eq!(found.from, ReadAs { sheet: Some("Đơn vị".into()), encoding: None });
    let [one, two, three] = &found.rows[..] else { panic!("{:?}", found.rows) };
    let days = |unit: &trucban::domain::directory::Unit| {
        (unit.active_from.clone().unwrap_or_default(), unit.active_to.clone().unwrap_or_default())
    };
    assert_eq!(
        (one.name.as_str(), days(one)),
        ("Xã Một", ("2026-01-05".into(), "2026-11-30".into()))
    );
    assert_eq!(days(two), (String::new(), "2026-12-05".into()));
    assert_eq!(three.name, "Xã Ba");
    assert_eq!(one.successor, Some(UnitCode::new("xa-003")));
}

#[test]
fn what_a_workbook_spoils_is_named_by_its_cell_with_the_remedy() {
    let mut book = Workbook::new();
    let header: &[&str] = &["id", "Họ và tên", "phone", "Emal", "Ghi chú"];
    filled(&mut book, "Danh bạ", &[header, &["p-1", "An"]]);
    let wrong = parse_people(&saved(book), &directory()).unwrap_err();
    let header = told(&wrong, "people.xlsx");

    let mut book = Workbook::new();
    let rows: [&[&str]; 4] = [
        &["id", "full_name", "unit", "phone", "telegram_id"],
        &["p-1", "An", "tinh"],
        &["p-2", "Bình", "xa-9", "0912 345 67x"],
        &["p-3", "", "tinh", "+84 912 345 678"],
    ];
    let sheet = filled(&mut book, "Danh bạ", &rows);
    sheet.write_number(1, 3, 912_345_678.0).unwrap();
    sheet.write_number(1, 4, 1_234_567_890.0).unwrap();
    sheet.write_number(2, 4, 1.5).unwrap();
    let wrong = parse_people(&saved(book), &directory()).unwrap_err();
    let cells = told(&wrong, "people.xlsx");

    let mut book = Workbook::new();
    let rows: [&[&str]; 3] =
        [&["code", "name", "active_to"], &["xa-1", "Một"], &["xa-2", "Hai", "11/21/2026"]];
    let sheet = filled(&mut book, "Đơn vị", &rows);
    sheet.write_number(1, 2, 46_347.0).unwrap();
    let wrong = parse_units(&saved(book), &directory()).unwrap_err();
    let dates = told(&wrong, "units.xlsx");

    let mut book = Workbook::new();
    let rows: [&[&str]; 4] =
        [&["code", "name", "parent"], &["xa-1", "Một", "tinh"], &["xa-2", "Hai"], &["xa-3", "Ba"]];
    let sheet = filled(&mut book, "Đơn vị", &rows);
    sheet.merge_range(1, 2, 3, 2, "tinh", &Format::new()).unwrap();
    let wrong = parse_units(&saved(book), &directory()).unwrap_err();
    let merged = told(&wrong, "units.xlsx");

    let mut book = Workbook::new();
    filled(&mut book, "2025", &[&["code", "name"], &["xa-1", "Một"]]);
    filled(&mut book, "2026", &[&["code", "name"], &["xa-1", "Một"]]);
    let wrong = parse_units(&saved(book), &directory()).unwrap_err();
    let several = told(&wrong, "units.xlsx");
    insta::assert_snapshot!([header, cells, dates, merged, several].join("\n"));
}

#[test]
fn a_cell_at_the_far_end_of_a_sheet_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = filled(&mut book, "Đơn vị", &[&["code", "name"], &["xa-1", "Một"]]);
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let wrong = parse_units(&saved(book), &directory()).unwrap_err();
    assert_eq!(
        told(&wrong, "u.xlsx"),
        "u.xlsx, trang “Đơn vị”, ô XFD1048576: bảng quá rộng hoặc quá nhiều ô. \
         Xóa các trang, dòng và cột thừa rồi lưu lại.\n"
    );
}

#[test]
fn files_of_older_programs_are_converted_where_that_is_certain_and_refused_where_not() {
    let text = "code\tname\nxa-1\tXã Đông Hưng, khu Thượng Lũy\nxa-2\tPhường Nghĩa Ỷ\n";
    let names = |bytes: &[u8]| {
        let found = parse_units(bytes, &directory()).map_err(|wrong| told(&wrong, "u.csv"))?;
        let names = found.rows.into_iter().map(|unit| unit.name).collect::<Vec<_>>();
        Ok::<_, String>((names, found.from.encoding))
    };
    let expect = vec!["Xã Đông Hưng, khu Thượng Lũy".to_owned(), "Phường Nghĩa Ỷ".to_owned()];
    let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        [mark, &text.encode_utf16().flat_map(bytes).collect::<Vec<_>>()].concat()
    };
    for bytes in [utf16(b"\xFF\xFE", u16::to_le_bytes), utf16(b"\xFE\xFF", u16::to_be_bytes)] {
        assert_eq!(names(&bytes), Ok((expect.clone(), Some(Encoding::Utf16))));
    }
    assert_eq!(names(&windows_1258(text)), Ok((expect.clone(), Some(Encoding::OneByte))));
    let refused =
        Err("u.csv, dòng 2: không chắc tệp dùng bảng mã nào (Windows-1258, TCVN3, VNI…). \
        Trong bảng tính, lưu lại dạng CSV UTF-8 hoặc XLSX.\n"
            .to_owned());
    // Windows-1252, TCVN3, VNI; and a program that wrote a question mark for what it did not have.
    for bytes in [
        &b"X\xE3 M\xF4t"[..],
        b"X\xB7 \xA7\xABng H\xADng",
        b"Xa\xF5 \xD1o\xE2ng H\xF6ng",
        b"X\xE3 M?t \xEC",
    ] {
        assert_eq!(names(&[b"code,name\nxa-1,", bytes, b"\n"].concat()), refused);
    }
}

#[test]
fn days_are_read_as_people_write_them_and_never_guessed() {
    let read = |day: &str| {
        let file = format!("code;name;active_from\nxa-1;Một;{day}\n");
        match parse_units(file.as_bytes(), &directory()) {
            Ok(found) => found.rows[0].active_from.clone().unwrap_or("–".into()),
            Err(wrong) => told(&wrong, "u.csv"),
        }
    };
    let days = [
        "2026-11-21",
        "2026-1-5",
        "21/11/2026",
        "5/1/2026",
        "21-11-2026",
        "21.11.2026",
        "2026/11/21",
        "2026-11-21T00:00:00",
        "2026-11-21 00:00:00",
        "ngày 21 tháng 11 năm 2026",
        "Ngày 05 tháng 01 năm 2026",
        "29/02/2028",
        "",
        "21/11/26",
        "11/21/2026",
        "29/02/2026",
        "32/01/2026",
        "2026-13-13",
        "2026-11-21 08:30",
        "21/11",
        "hôm qua",
        "46347",
        "2026",
        "1/1/0026",
    ];
    let table: String =
        days.iter().map(|day| format!("{day:<28}{}\n", read(day).trim_end())).collect();
    insta::assert_snapshot!(table);
}

#[test]
fn units_that_follow_each_other_in_a_circle_without_an_end_or_of_no_kind_are_refused() {
    let text = "code,name,kind,active_to,successor\n\
        a,A,xa,2026-11-30,b\nb,B,xa,2026-11-30,c\nc,C,huyện,2026-11-30,a\nd,D,Phuong,,e\ne,E,quan,,\n\
        f,F,,2026-11-30,a\n";
    let wrong = parse_units(text.as_bytes(), &directory()).unwrap_err();
    insta::assert_snapshot!(told(&wrong, "units.csv"));
}

#[test]
fn empty_columns_and_cells_at_the_edge_are_left_alone() {
    let text = "code;name;;\nxa-1;Một;;\nxa-2;Hai;;;;\n;;;\n";
    assert_eq!(parse_units(text.as_bytes(), &directory()).unwrap().rows.len(), 2);
    let text = "code;name;;\nxa-1;Một;;x\n";
    assert_eq!(
        told(&parse_units(text.as_bytes(), &directory()).unwrap_err(), "u.csv"),
        "u.csv, dòng 1: cột thứ 3 không có tên. Ghi tên cột vào dòng đầu, hoặc xóa cột.\n\
         u.csv, dòng 1: cột thứ 4 không có tên. Ghi tên cột vào dòng đầu, hoặc xóa cột.\n"
    );
}
