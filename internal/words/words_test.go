package words

import (
	"math"
	"testing"
)

func TestWords(t *testing.T) {
	const text = "a network  of four hidden units, and anexceedinglylongword here"
	for got, want := range map[string]string{
		Count(0, "row"):                     "0 rows",
		Count(1, "row"):                     "1 row",
		Count(2, "row"):                     "2 rows",
		Count(1, "axis"):                    "1 axis",
		Count(3, "axis"):                    "3 axes",
		Count(2, "matrix"):                  "2 matrices",
		Count(0, "entry"):                   "0 entries",
		Count(2, "array"):                   "2 arrays",
		Count(2, "class"):                   "2 classes",
		List(nil, "or"):                     "",
		List([]string{"a"}, "or"):           "a",
		List([]string{"a", "b"}, "and"):     "a and b",
		List([]string{"a", "b", "c"}, "or"): "a, b or c",
		Shape():                             "()",
		Shape(3):                            "(3)",
		Shape(4, 400):                       "(4,400)",
		Join([]int{2, 4, 1}, "-"):           "2-4-1",
		Wrap(text, "  ", 16):                "  a network of\n  four hidden\n  units, and\n  anexceedinglylongword\n  here",
		Wrap("⊙⊙⊙ ⊙⊙⊙", "", 7):              "⊙⊙⊙ ⊙⊙⊙", // columns, not bytes
		Wrap(text, "", 0):                   "a network of four hidden units, and anexceedinglylongword here",
		Cost(0.69304802012):                 "0.693048020", Cost(0): "0.000000000", Cost(4.123456789e-10): "4.123457e-10",
		Cost(1e9): "1000000000", Cost(1234.5678915): "1234.567892", Cost(math.NaN()): "NaN",
		Wrap(" some  words, and\nσ(z)ᵀ anexceedinglylongword", "  ", 14): "  some words,\n  and σ(z)ᵀ\n  anexceedinglylongword",
		Wrap("", "  ", 10):                                 "",
		Wrap("anexceedinglylongword a", "", 3):             "anexceedinglylongword\na",
		Fold("  a = b·c + d   (1,4)   text", "      ", 80): "  a = b·c + d   (1,4)   text",
		Fold("  a = b·c + d   (1,4)   text", "      ", 22): "  a = b·c + d   (1,4)\n      text",
		Fold("  a = b·c + d   (1,4)", "      ", 16):        "  a = b·c + d\n      (1,4)",
		Fold("  a = b·c + d", "      ", 10):                "  a = b·c\n      + d",
		Fold("x  a longer text that is one", "  ", 12):     "x  a longer\n  text that\n  is one", // not behind x
		Fold("anexceedinglylongword a b", "  ", 6):         "anexceedinglylongword\n  a b",
		Fold("z = a + b,  c = d e f", "  ", 18):            "z = a + b,\n  c = d e f",
		Fold("⊙⊙ ⊙⊙", "", 5):                               "⊙⊙ ⊙⊙",
		Fold("a b", " ", 0):                                "a b",
		Fold("", "  ", 3):                                  "",
	} {
		if got != want {
			t.Errorf("%q, %q expected", got, want)
		}
	}
}
