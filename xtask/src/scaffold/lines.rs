//! Small edits of text files that people edit too: a line into a sorted run of lines.

/// The text with a line added to the run of lines that follows the first line for which `anchor`
/// holds and that satisfy `member`, at its place in their order. None when there is no such run;
/// the same text when the line is there.
pub(crate) fn insert_sorted(
    text: &str,
    line: &str,
    anchor: impl Fn(&str) -> bool,
    member: impl Fn(&str) -> bool,
) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| anchor(line))? + 1;
    let first = start + lines[start..].iter().position(|line| member(line)).unwrap_or(0);
    let run = lines[first..].iter().take_while(|line| member(line)).count();
    if lines[first..first + run].contains(&line) {
        return Some(text.to_owned());
    }
    let place = lines[first..first + run].iter().position(|other| *other > line).unwrap_or(run);
    let mut lines = lines;
    lines.insert(first + place, line);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_finds_its_place() {
        let text = "[a]\nx = 1\n[dependencies]\nalpha = 1\ngamma = 1\n\n[b]\nbeta = 2\n";
        let insert = |line| {
            insert_sorted(text, line, |line| line == "[dependencies]", |line| line.contains(" = "))
        };
        assert_eq!(
            insert("beta = 1").unwrap(),
            "[a]\nx = 1\n[dependencies]\nalpha = 1\nbeta = 1\ngamma = 1\n\n[b]\nbeta = 2\n"
        );
        assert_eq!(
            insert("zeta = 1").unwrap(),
            "[a]\nx = 1\n[dependencies]\nalpha = 1\ngamma = 1\nzeta = 1\n\n[b]\nbeta = 2\n"
        );
        assert_eq!(insert("alpha = 1").unwrap(), text);
        assert_eq!(insert_sorted(text, "x", |line| line == "[none]", |_| true), None);
    }
}
