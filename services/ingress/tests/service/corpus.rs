//! The hostile corpus: its cases turned into bytes.

use std::{io::Write as _, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile")
}

fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// The cases of a category that are no procedures and not too large to send every time.
pub fn cases(category: &str) -> Vec<Value> {
    let all = read(&format!("{category}.json"))["cases"].as_array().unwrap().clone();
    all.into_iter()
        .filter(|case| case["cost"] != "big" && case["input"]["procedure"].is_null())
        .collect()
}

fn b64(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap_or_default()).unwrap()
}

/// A body's bytes.
fn body(spec: &Value) -> Vec<u8> {
    match spec["kind"].as_str().unwrap() {
        "literal" => spec["text"].as_str().unwrap().into(),
        "b64" => b64(&spec["data"]),
        "fixture" => fixture(spec),
        "repeat" => {
            let count = usize::try_from(spec["count"].as_u64().unwrap()).unwrap();
            [b64(&spec["head_b64"]), b64(&spec["unit_b64"]).repeat(count), b64(&spec["tail_b64"])]
                .concat()
        }
        "gzip" => {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(&body(&spec["of"])).unwrap();
            gzip.finish().unwrap()
        }
        "form" => [b"payload=".to_vec(), percent(&body(&spec["of"]))].concat(),
        "empty" => Vec::new(),
        "concat" => spec["parts"].as_array().unwrap().iter().flat_map(body).collect(),
        other => panic!("no such kind of body: {other}"),
    }
}

fn fixture(spec: &Value) -> Vec<u8> {
    let path = format!("fixtures/{}.json", spec["name"].as_str().unwrap());
    let mut raw = std::fs::read(folder().join(&path)).unwrap();
    if let Some(changes) = spec["set"].as_object() {
        let mut document = read(&path);
        for (pointer, value) in changes {
            set(&mut document, pointer, expanded(value));
        }
        raw = serde_json::to_vec(&document).unwrap();
    }
    if spec["pretty"] == true {
        raw = serde_json::to_vec_pretty(&serde_json::from_slice::<Value>(&raw).unwrap()).unwrap();
    }
    [b64(&spec["prefix_b64"]), raw, b64(&spec["suffix_b64"])].concat()
}

fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        Value::Object(members) if value == json!({"$delete": true}) => drop(members.remove(key)),
        Value::Object(members) => drop(members.insert(key.to_owned(), value)),
        other => panic!("nothing can be set in {other}"),
    }
}

/// `{"$repeat": text, "n": count}` written out.
fn expanded(value: &Value) -> Value {
    match value["$repeat"].as_str() {
        Some(unit) => unit.repeat(usize::try_from(value["n"].as_u64().unwrap()).unwrap()).into(),
        None => value.clone(),
    }
}

fn percent(bytes: &[u8]) -> Vec<u8> {
    let one = |byte: &u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => vec![*byte],
        b' ' => vec![b'+'],
        _ => format!("%{byte:02X}").into_bytes(),
    };
    bytes.iter().flat_map(one).collect()
}

fn signature(spec: &Value, body: &[u8], secret: &str) -> String {
    let secret =
        spec["secret"].as_str().filter(|text| !text.starts_with("@configured")).unwrap_or(secret);
    let over = if spec["over"].is_object() { self::body(&spec["over"]) } else { body.to_vec() };
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&over);
    let hex = hex::encode(mac.finalize().into_bytes());
    // Other algorithms are only ever refused: their length and name are what counts.
    let hex = match spec["alg"].as_str() {
        Some("sha1") => hex[..40].to_owned(),
        Some("sha512") => hex.repeat(2),
        _ => hex,
    };
    let mixed: String = hex
        .chars()
        .enumerate()
        .map(|(at, c)| if at % 2 == 0 { c } else { c.to_ascii_uppercase() })
        .collect();
    let flipped = format!("{}{}", if hex.starts_with('0') { '1' } else { '0' }, &hex[1..]);
    let form = spec["form"].as_str().unwrap_or("sha256={hex}");
    form.replace("{hex63}", &hex[..hex.len() - 1])
        .replace("{hex65}", &format!("{hex}0"))
        .replace("{hex}", &hex)
        .replace("{HEX}", &hex.to_uppercase())
        .replace("{Hex}", &mixed)
        .replace("{flip}", &flipped)
}

/// A case as the bytes of an HTTP request, signed with `secret` where it is signed.
pub fn request(case: &Value, secret: &str, path: &str) -> Vec<u8> {
    let input = &case["input"];
    let body = body(&input["body"]);
    let header = |pair: &Value| {
        let value = &pair[1];
        let bytes = match value {
            Value::String(text) => text.clone().into_bytes(),
            value if value["sig"].is_object() => {
                signature(&value["sig"], &body, secret).into_bytes()
            }
            value if value["$repeat"].is_string() => expanded(value).as_str().unwrap().into(),
            value if value["$len"].is_number() => {
                (body.len() as i64 + value["$len"].as_i64().unwrap()).to_string().into_bytes()
            }
            value => b64(&value["b64"]),
        };
        (pair[0].as_str().unwrap().to_owned(), bytes)
    };
    let headers: Vec<_> = input["headers"].as_array().unwrap().iter().map(header).collect();
    let has = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    let word = |name: &str, default: &str| input[name].as_str().unwrap_or(default).to_owned();
    let target = word("target", "{path}").replace("{path}", path);
    let mut out =
        format!("{} {target} {}\r\n", word("method", "POST"), word("version", "HTTP/1.1"))
            .into_bytes();
    if !has("host") && input["no_host"] != true {
        out.extend(b"Host: 127.0.0.1\r\n");
    }
    for (name, value) in &headers {
        out.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    for number in 0..input["extra_headers"].as_u64().unwrap_or(0) {
        out.extend(format!("X-Fill-{number}: v\r\n").into_bytes());
    }
    if !has("content-length") && !has("transfer-encoding") {
        out.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
    }
    out.extend(b"\r\n");
    let is_chunked = headers
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("transfer-encoding") && value == b"chunked");
    if is_chunked && input["raw_te"] != true {
        for chunk in body.chunks(65_536) {
            out.extend([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
        }
        out.extend(b"0\r\n\r\n");
    } else {
        out.extend(body);
    }
    out
}
