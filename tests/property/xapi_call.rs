//! A fence of XenAPI calls.

use runsheet::text::XapiCall;
use runsheet::value::Call;

/// Places lie inside the text and follow one another, each call is read alone as it is among the
/// others, and names stand where they are said to.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    match XapiCall::parse(text) {
        Ok(calls) => {
            assert!(!calls.is_empty());
            let mut end = 0;
            for call in &calls {
                assert!(call.span.start >= end, "{call:?}");
                end = call.span.end;
                alone(text, call);
            }
        }
        Err(refused) => assert!(text.get(refused.span.range()).is_some(), "{refused:?}"),
    }
    match Call::parse(text) {
        Ok(calls) => {
            for (name, span) in calls.iter().flat_map(Call::names) {
                let written = text.get(span.range());
                assert!(written.is_some_and(|word| word.contains(&name)), "{name}");
            }
        }
        Err(refused) => assert!(text.get(refused.span.range()).is_some(), "{refused:?}"),
    }
}

fn alone(text: &str, call: &XapiCall) {
    let written = text.get(call.span.range()).expect("inside");
    let method = text.get(call.method.range()).expect("inside");
    assert_eq!(method, call.method());
    assert!(text.get(call.arguments.range()).is_some());
    // What stands in strings is no part of a call's form.
    let in_strings = format!("a.b({:?}, call.get_all(x))", written);
    let quoted = &XapiCall::parse(&in_strings).expect("a string is an argument")[0];
    let found = quoted.nested(&in_strings).expect("behind the string");
    assert_eq!(&in_strings[found.range()], "call.get_all", "{in_strings}");
    if let Some(nested) = call.nested(text) {
        let class = text.get(nested.range()).expect("inside");
        assert!(class.contains(".get_"), "{class}");
    }
    let again = XapiCall::parse(written).expect("it was read before");
    let [again] = &again[..] else {
        panic!("one call is one: {written:?}");
    };
    let known = |call: &XapiCall| (call.name.clone(), call.is_async, call.method());
    assert_eq!(known(again), known(call));
    assert_eq!(again.only_reads(), call.only_reads());
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "Async.",
        "VM",
        "pool.get_all()",
        ".get_by_name_label",
        ".get_record",
        "a",
        " = ",
        ".",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "\\",
        ", ",
        ": ",
        "# ",
        "\n",
        "one(",
        "ref('SR', ",
        "OpaqueRef:NULL",
        "true",
        "-1",
        " ~ ",
        " | int",
        "{{ x }}",
    ];

    #[test]
    fn a_character_of_several_bytes_parts_words_too() {
        holds("host_metrics.get(on\u{fffd}e(found))\n".as_bytes());
        holds("VM.start(\u{fffd}VM.get_all())".as_bytes());
        holds(r#"a.b("it\"s get_(VM.get_all(")"#.as_bytes());
    }

    #[test]
    fn calls() {
        let mut seeds = seeds::fences("xapi");
        seeds.extend(seeds::texts([
            "net = network.get_by_uuid(\"a)b\") # found\n\n  Async.Bond.create(\n  net, [one(x), two],\n  \
             {'hash': '('}\n)\npool.get_all()\n",
            "a = VM.clone(vm, name ~ '-2')\nVM.start(a.ref, false)\n",
        ]));
        search("tests/property/kept/xapi_call.txt", seeds, WORDS, holds);
    }
}
