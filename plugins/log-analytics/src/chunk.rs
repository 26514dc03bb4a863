//! Rows that go in one request.
//!
//! The service takes 1 MB (1,048,576 bytes) a request, as it is sent and as it is once inflated. The bound here is on the plain
//! body, whole, with its brackets and commas: [`LARGEST`]. A compressed body is sent only where it is smaller than the plain one,
//! so that both are under the limit.

/// Bytes of a plain body: under 1 MB, be that 1,048,576 or 1,000,000.
pub const LARGEST: usize = 1_000_000;

/// Where one item of a batch goes, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the batch.
    pub place: usize,
    /// A JSON object.
    pub json: String,
}

/// Divides rows, in their order, into as few bodies as the bound allows.
#[must_use]
pub fn divide(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut chunks: Vec<Vec<Row>> = Vec::new();
    // The brackets; then each row with a comma.
    let mut size = 0;
    for row in rows {
        let length = row.json.len() + 1;
        match chunks.last_mut() {
            Some(chunk) if size + length <= LARGEST => {
                size += length;
                chunk.push(row);
            }
            _ => {
                size = 1 + length;
                chunks.push(vec![row]);
            }
        }
    }
    chunks
}

/// The body of a request.
#[must_use]
pub fn body(rows: &[Row]) -> String {
    let rows: Vec<&str> = rows.iter().map(|row| row.json.as_str()).collect();
    format!("[{}]", rows.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(place: usize, length: usize) -> Row {
        Row { place, json: "x".repeat(length) }
    }

    #[test]
    fn a_body_is_filled_to_the_byte() {
        let half = LARGEST / 2 - 2;
        let exactly = [row(0, half), row(1, LARGEST - half - 3)];
        let chunks = divide(exactly.to_vec());
        assert_eq!(chunks.iter().map(|chunk| body(chunk).len()).collect::<Vec<_>>(), [LARGEST]);
        let over = divide(vec![row(0, half), row(1, LARGEST - half - 2)]);
        assert_eq!(over.len(), 2);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_out_of_order_or_too_large(lengths in prop::collection::vec(1..400_000_usize, 0..30)) {
            let rows: Vec<_> = lengths.iter().enumerate().map(|(place, length)| row(place, *length)).collect();
            let chunks = divide(rows.clone());
            for chunk in &chunks {
                prop_assert!(body(chunk).len() <= LARGEST);
            }
            // As few as the order allows: no two neighbours would fit in one.
            for pair in chunks.windows(2) {
                prop_assert!(body(&pair[0]).len() + pair[1][0].json.len() + 1 > LARGEST);
            }
            prop_assert_eq!(chunks.concat(), rows);
        }
    }
}
