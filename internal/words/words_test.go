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
		ShortCost(0.28167, 4): "0.2817", ShortCost(0.00123, 4): "0.0012", ShortCost(0.00099, 4): "9.9e-04", ShortCost(4e-9, 5): "4.0e-09",
		ShortCost(0, 3): "0.000", ShortCost(-2e-9, 6): "-2.0e-09", ShortCost(1e300, 4): "1.0e+300", ShortCost(math.NaN(), 4): "NaN",
		Percent(0.6725): "67.25 %", Percent(0.905): "90.5 %", Percent(1): "100 %", Percent(0): "0 %", Percent(0.2): "20 %",
		Percent(0.999999): "99.9999 %", Percent(1e-6): "0.0001 %", // not all of them, and not none
		Percent(math.NaN()): "–", PercentTo(math.Inf(1), 1): "–",
		PercentTo(0.5, 1): "50.0 %", PercentTo(0.67254, 2): "67.25 %", PercentTo(1, 1): "100.0 %", PercentTo(0.9996, 1): "99.96 %",
		PercentTo(0.0001, 1): "0.01 %", PercentTo(0, 2): "0.00 %", PercentTo(1.5, 0): "150 %",
		Capital("the rows"): "The rows", Capital("σ of z"): "Σ of z", Capital("dW1(2,3) is"): "dW1(2,3) is", Capital(""): "",
		Wrap(" some  words, and\nσ(z)ᵀ anexceedinglylongword", "  ", 14): "  some words,\n  and σ(z)ᵀ\n  anexceedinglylongword",
		Wrap("", "  ", 10):                                       "",
		Wrap("anexceedinglylongword a", "", 3):                   "anexceedinglylongword\na",
		Fold("  a = b·c + d   (1,4)   text", "      ", 80):       "  a = b·c + d   (1,4)   text",
		Fold("  a = b·c + d   (1,4)   text", "      ", 22):       "  a = b·c + d   (1,4)\n      text",
		Fold("  a = b·c + d   (1,4)", "      ", 16):              "  a = b·c + d\n      (1,4)",
		Fold("  a = b·c + d", "      ", 10):                      "  a = b·c\n      + d",
		Fold("x  a longer text that is one", "  ", 12):           "x  a longer\n  text that\n  is one", // not behind x
		Fold("anexceedinglylongword a b", "  ", 6):               "anexceedinglylongword\n  a b",
		Fold("z = a + b,  c = d e f", "  ", 18):                  "z = a + b,\n  c = d e f",
		Fold("⊙⊙ ⊙⊙", "", 5):                                     "⊙⊙ ⊙⊙",
		Fold("a b", " ", 0):                                      "a b",
		Fold("", "  ", 3):                                        "",
		List(Distinct([]string{"b", "a", "b", "c", "a"}), "and"): "b, a and c",
	} {
		if got != want {
			t.Errorf("%q, %q expected", got, want)
		}
	}
}
