//! A small library: every way a playbook can go, in as few steps as that takes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use trucban::config::playbooks::parse;
use trucban::domain::playbook::Library;
use trucban::domain::playbook::model::{Playbook, PlaybookId};

const WHOLE: &str = r#"
id = "mo-phong"
version = 1
title = "Mô phỏng"
summary = "Đi qua mọi kiểu bước."
for = { categories = ["TC06"], tags = ["sự cố"] }

[[phase]]
id = "mot"
title = "Một"

[[step]]
id = "hoi"
phase = "mot"
title = "Hỏi người báo"
who = "holder"
due = "2h"
remind = "50m"
ask = [
  { set = "loai", label = "Loại nào?", kind = "choice", choices = { a = "Loại A", b = "Loại B", c = "Loại C" } },
  { set = "so", label = "Bao nhiêu máy?", kind = "number", max = 9 },
  { set = "lap", label = "Có làm lại không?", kind = "yes_no" },
  { set = "them", label = "Thêm gì?", kind = "text", optional = true },
]

[[step]]
id = "neu"
if = "so >= 5"
then = "nhieu"
else = "it"

[[step]]
id = "chon"
switch = "loai"
cases = { a = "loai-a", b = "loai-b" }

[[step]]
id = "lap-lai"
while = "lap"
do = "vong"
max = 2
on_failure = "het-vong"

[[step]]
id = "song-song"
parallel = ["nhanh-1", "nhanh-2", "nhanh-3"]

[[step]]
id = "neu-dat"
if = "dat and so > 6"
then = "ket"

[[step]]
id = "tong-ket"
title = "Tổng kết"
who = "lead"
due = "4h"

[[block.nhieu]]
id = "co-lap"
title = "Cô lập"
who = "team"
ack = "10m"
approval = { by = "managers", quorum = 2, expires = "4h" }
on_failure = "khong-duoc"

[[block.khong-duoc]]
id = "ghi-lai"
title = "Ghi lại vì sao"
who = "holder"

[[block.it]]
id = "theo-doi"
title = "Theo dõi"
who = "duty"
ack = "10m"
timeout = "3h"
on_timeout = "muon"

[[block.muon]]
id = "goi-lai"
title = "Gọi lại"
who = "lead"
ack = "15m"

[[block.loai-a]]
id = "chup"
title = "Ghi chứng cứ"
who = "reporter"
ack = "5m"
timeout = "2h"
on_timeout = "chup-ho"
evidence = { count = 1, kinds = ["described"] }

[[block.chup-ho]]
id = "ghi-ho"
title = "Ghi hộ"
who = "holder"
remind = "40m"

[[block.loai-b]]
id = "cho"
wait = "30m"

[[block.loai-b]]
id = "thoi"
only_if = "so < 3"
end = "block"

[[block.loai-b]]
id = "bao-lai"
title = "Báo lại"
who = "role:manager"
ack = "20m"

[[block.vong]]
id = "lam-lai"
title = "Làm lại"
who = "holder"
timeout = "6h"
ask = [{ set = "lap", label = "Làm lại nữa không?", kind = "yes_no" }]

[[block.het-vong]]
id = "bao-doi-truong"
title = "Báo Đội trưởng"
who = "lead"

[[block.nhanh-1]]
id = "goi-chung"
playbook = "chung"
with = { muc = "so" }
take = { dat = "dat" }

[[block.nhanh-2]]
id = "khoi-phuc"
title = "Khôi phục"
who = "managers"
ack = "10m"
approval = { by = "lead", quorum = 1, when = "after", expires = "5h" }

[[block.nhanh-2]]
id = "nghi"
wait = "45m"

[[block.nhanh-3]]
id = "bat-buoc"
title = "Bước bắt buộc"
who = "team"
ack = "10m"
required = true
timeout = "5h"

[[block.nhanh-3]]
id = "goi-don"
only_if = "so >= 2"
playbook = "chung"
with = { muc = "4" }
take = {}

[[block.ket]]
id = "ket-thuc"
end = "playbook"
"#;

const SHARED: &str = r#"
id = "chung"
version = 1
title = "Dùng chung"
summary = "Được gọi."
shared = true

[args]
muc = { label = "Mức", kind = "number" }

[[step]]
id = "xac-nhan"
title = "Xác nhận"
who = "backup"
ack = "10m"
ask = [{ set = "dat", label = "Đạt không?", kind = "yes_no" }]
on_failure = "hong"

[[step]]
id = "cao"
if = "muc >= 7"
then = "thoi-luon"

[[step]]
id = "don"
title = "Dọn"
who = "holder"
timeout = "8h"
on_timeout = "don-ho"

[[block.hong]]
id = "xem-lai"
title = "Xem lại"
who = "lead"

[[block.don-ho]]
id = "don-thay"
title = "Dọn thay"
who = "team"
ack = "10m"

[[block.thoi-luon]]
id = "xong-luon"
end = "playbook"
"#;

const PLAIN: &str = r#"
id = "don-gian"
version = 3
title = "Đơn giản"
summary = "Không gọi gì."

[[step]]
id = "lam"
title = "Làm"
who = "duty"
ack = "10m"
timeout = "90m"

[[step]]
id = "doi"
wait = "20m"

[[step]]
id = "het"
title = "Hết"
who = "holder"
approval = { by = "managers", quorum = 1, expires = "2h" }
"#;

/// Those of the town, by id.
pub fn books() -> &'static BTreeMap<PlaybookId, Playbook> {
    static BOOKS: OnceLock<BTreeMap<PlaybookId, Playbook>> = OnceLock::new();
    let read = |(name, text): (&str, &str)| {
        let read = parse(text, Path::new(name)).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
        (read.playbook.id.clone(), read.playbook)
    };
    let all = [("mo-phong.toml", WHOLE), ("chung.toml", SHARED), ("don-gian.toml", PLAIN)];
    BOOKS.get_or_init(|| all.into_iter().map(read).collect())
}

/// The same as the program has them.
pub fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    let made = || {
        let all = books().iter().map(|(id, one)| (id.clone(), Arc::new(one.clone()))).collect();
        Arc::new(Library { all })
    };
    Arc::clone(LIBRARY.get_or_init(made))
}
