package main

import (
	"fmt"
	"io"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/lesson"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
)

// newLessonCommand returns the command that lists lessons, with a command below
// it for each of them and one for all.
func newLessonCommand(lessons []lesson.Lesson) *cobra.Command {
	cmd := &cobra.Command{
		Use:         "lesson",
		Annotations: map[string]string{cli.Below: "lesson"},
		Short:       "try the claims of the notes by experiments",
		Long: "Each lesson is a claim of notes on shallow neural networks with the experiment that tries it: measured " +
			"numbers, pictures and a verdict that is computed from the numbers. Without a name the lessons are listed " +
			"with their claims.\n\nA claim, as it is worded, holds, holds in part or does not hold. Every check of a lesson says whether it " +
			"supports or refutes the claim, and the verdict follows from them. Apart from that, a lesson has a finding of its own, " +
			"which may be that its claim does not hold. The exit code is 1 if the finding is not reproduced: if a check comes out " +
			"otherwise than it does with the default settings.",
		Example: "demo lesson symmetry\ndemo lesson symmetry --help\ndemo lesson all --out lessons",
		Args:    cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listLessons(cmd.OutOrStdout(), lessons)
		},
	}
	for _, l := range lessons {
		cmd.AddCommand(newOneLessonCommand(l))
	}
	cmd.AddCommand(newAllLessonsCommand(lessons))
	return cmd
}

// newOneLessonCommand returns the command that runs one lesson.
func newOneLessonCommand(l lesson.Lesson) *cobra.Command {
	c := lessonConfig{lessons: []lesson.Lesson{l}, values: []lesson.Values{l.Defaults()}}
	cmd := &cobra.Command{
		Use:               l.Name,
		Short:             l.Title,
		Long:              l.Claim,
		Args:              cli.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return runLessons(cmd, c) },
	}
	settings := cli.NewGroup(cmd, "Settings")
	for _, s := range l.Settings {
		settings.Add(settingValue(s, c.values[0]), s.Name, s.Help)
	}
	cli.NewGroup(cmd, "Output").Add(cli.Directory(&c.out).Or("none, text"), "out",
		"directory for the lesson in Markdown and HTML with its pictures, made if it does not exist")
	return cmd
}

// newAllLessonsCommand returns the command that runs all lessons.
func newAllLessonsCommand(lessons []lesson.Lesson) *cobra.Command {
	c := lessonConfig{lessons: lessons, all: true}
	for _, l := range lessons {
		c.values = append(c.values, l.Defaults())
	}
	cmd := &cobra.Command{
		Use:   "all",
		Short: "all lessons, one after the other",
		Long: "Runs all lessons with their default settings.\n\nWith --check nothing is written. It tells what in a directory " +
			"that --out wrote differs from what it would write now, apart from times, and the exit code is 1 if something does.",
		Example:           "demo lesson all --out lessons",
		Args:              cli.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return runLessons(cmd, c) },
	}
	output := cli.NewGroup(cmd, "Output")
	output.Add(cli.Directory(&c.out).Or("none, text"), "out",
		"directory for an index, a page for each lesson in Markdown, pictures, and one page in HTML, made if it does not exist")
	output.Add(cli.Directory(&c.check).Or("none"), "check", "directory to compare with instead")
	return cmd
}

// settingValue returns the flag of a setting, which it stores into values.
func settingValue(s lesson.Setting, values lesson.Values) *cli.Value {
	v := &cli.Value{Kind: "LIST", Names: s.Names, Text: s.Format(s.Default), Parse: func(text string) error {
		parsed, err := s.Parse(text)
		if err == nil {
			values[s.Name] = parsed
		}
		return err
	}}
	switch s.Default.(type) {
	case int:
		v.Kind = "N"
	case float64:
		v.Kind = "X"
	case string:
		v.Kind = "NAME"
	}
	if len(s.Names) > 0 {
		v.Complete = cobra.FixedCompletions(s.Names, cobra.ShellCompDirectiveNoFileComp)
	}
	return v
}

// listLessons lists the lessons with their claims.
func listLessons(w io.Writer, lessons []lesson.Lesson) error {
	out := terminal.NewWriter(w)
	for i, l := range lessons {
		out.Printf("%2d  %s\n%s\n", i+1, l.Name, words.Wrap(l.Claim, "    ", out.Width))
	}
	out.Print("\n")
	out.Text("'demo lesson NAME' runs one, 'demo lesson NAME --help' tells its settings, 'demo lesson all' runs all.")
	return out.Err
}

// lessonNames lists the lessons in a sentence.
func lessonNames(lessons []lesson.Lesson) string {
	var names []string
	for _, l := range lessons {
		names = append(names, l.Name)
	}
	return words.List(names, "and")
}

// notReproduced returns the error of lessons whose findings were not reproduced,
// or nil.
func notReproduced(lessons []lesson.Lesson) error {
	switch len(lessons) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("the lesson's own finding was not reproduced: %s", lessons[0].Name)
	}
	return fmt.Errorf("the lessons' own findings were not reproduced: %s", lessonNames(lessons))
}
