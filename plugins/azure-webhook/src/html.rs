//! HTML as Azure's service health writes it, as plain text for a ticket.
//!
//! Blocks become lines, list items get a dash, links keep their address, all other markup goes. It never fails: what is no markup
//! stays as it is. Each character is looked at a few times at most, whatever the markup.

/// Tags that end a line.
const BLOCKS: &[&str] =
    &["p", "div", "br", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "blockquote"];

/// Entities that occur in running text; numbers are decoded, all others stay.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("hellip", "…"),
    ("bull", "•"),
    ("middot", "·"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("deg", "°"),
    ("euro", "€"),
];

/// The longest entity, `;` included, with some zeros before a number.
const ENTITY_LENGTH: usize = 16;

/// Plain text with line breaks; at most one empty line between paragraphs.
pub fn to_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let mut href = None;
    let mut link_start = 0;
    while let Some((before, tag_on)) = rest.split_once('<') {
        decode(before, &mut out);
        if !is_tag(tag_on) {
            out.push('<');
            rest = tag_on;
            continue;
        }
        // Where no tag ends any more, none begins: all that is left is text.
        let Some((tag, after)) = tag_on.split_once('>') else {
            out.push('<');
            rest = tag_on;
            break;
        };
        rest = after;
        let name = tag_name(tag);
        match (name.as_str(), tag.starts_with('/')) {
            ("script" | "style", false) => rest = skip_past(rest, &name),
            ("li", false) => out.push_str("\n- "),
            ("td" | "th", true) => out.push(' '),
            ("a", false) => {
                href = attribute(tag, "href");
                link_start = out.len();
            }
            ("a", true) => {
                if let Some(address) =
                    href.take().filter(|address| out.get(link_start..).is_none_or(|text| text.trim() != address))
                {
                    out.push_str(&format!(" ({address})"));
                }
            }
            (block, _) if BLOCKS.contains(&block) => out.push('\n'),
            _ => {}
        }
    }
    decode(rest, &mut out);
    tidy(&out)
}

/// Addresses of all links, as they stand in the markup.
pub fn links(html: &str) -> Vec<String> {
    html.split("<a ").skip(1).filter_map(|tag| attribute(tag, "href")).collect()
}

/// `<` may also be a comparison: a tag starts with a letter, a slash or a comment.
fn is_tag(tag: &str) -> bool {
    tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

fn tag_name(tag: &str) -> String {
    tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The value of an attribute. Azure leaves quotes inside one unescaped, so it ends where the next attribute or the tag does.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let value = tag.get(lower.find(&format!("{name}="))? + name.len() + 1..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => {
            let value = value.get(1..)?;
            let end = [format!("{quote} "), format!("{quote}>"), format!("{quote}/>")]
                .iter()
                .filter_map(|end| value.find(end.as_str()))
                .min()
                .or_else(|| value.rfind(quote))?;
            value.get(..end)?
        }
        None => value.split([' ', '>']).next()?,
    };
    Some(entities(value.trim())).filter(|value| !value.is_empty())
}

/// What follows the closing tag of this name; nothing where there is none.
fn skip_past<'a>(mut rest: &'a str, name: &str) -> &'a str {
    while let Some((_, tag)) = rest.split_once("</") {
        if tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return tag.split_once('>').map_or("", |(_, after)| after);
        }
        rest = tag;
    }
    ""
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    decode(text, &mut out);
    out
}

/// Adds a text with its entities decoded.
fn decode(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(ENTITY_LENGTH).position(|byte| byte == b';');
        let decoded = end.and_then(|end| Some((entity(after.get(..end)?)?, after.get(end + 1..)?)));
        match decoded {
            Some((decoded, after_entity)) => {
                out.push_str(&decoded);
                rest = after_entity;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || c.is_whitespace()).map(String::from);
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
}

/// Single spaces, no blank line at the ends, one between paragraphs.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_lines() {
        for (html, text) in [
            ("plain", "plain"),
            ("<p><strong>What</strong>:&nbsp;it&#39;s down.</p>\n<p><br></p><p>Next</p>", "What: it's down.\n\nNext"),
            ("<ul><li>one</li><li>two &amp; three</li></ul>", "- one\n- two & three"),
            ("see <a href=\"https://aka.ms/x\" target=\"_blank\">the guide</a>.", "see the guide (https://aka.ms/x)."),
            ("<a href='https://aka.ms/x'>https://aka.ms/x</a>", "https://aka.ms/x"),
            ("<style>p { }</style>a<script>b()</script>c", "ac"),
            ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
            ("a<STYLE>x</b></Style >b<script>c</scrip>", "ab"),
            ("unclosed <b", "unclosed <b"),
            ("unclosed <b &amp; <i", "unclosed <b & <i"),
            ("<b>3 < 4</b> &lt;<i", "3 < 4 <<i"),
            ("&bogus; &#xZZ; &#0;", "&bogus; &#xZZ; &#0;"),
            ("<tr>\r\n<td align='center'>Storage</td>\r\n<td>East US<br></td>\r\n</tr>", "Storage\nEast US"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn links_with_bare_quotes_inside_are_whole() {
        let html = r#"<a href="https://portal.example/#blade/{"Id":"x"}/y" target="_blank">View</a>"#;
        assert_eq!(links(html), [r#"https://portal.example/#blade/{"Id":"x"}/y"#]);
    }
}
