package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	"k8s.io/utils/exec"
)

// A shell plays what a container can run: the few commands of the table below, and sh, which runs them line by line.
type shell struct {
	nodes     *nodes
	pod       *core.Pod
	container *core.Container
	in        *bufio.Reader
	out, err  io.Writer
	tty       bool
	resize    <-chan remotecommand.TerminalSize
}

var commands map[string]func(*shell, []string) int

func init() {
	commands = map[string]func(*shell, []string) int{
		"echo":     func(s *shell, words []string) int { return s.say(s.out, strings.Join(words, " ")) },
		"warn":     func(s *shell, words []string) int { return s.say(s.err, strings.Join(words, " ")) },
		"hostname": func(s *shell, _ []string) int { return s.say(s.out, s.pod.Name) },
		"true":     func(*shell, []string) int { return 0 },
		"false":    func(*shell, []string) int { return 1 },
		"exit":     func(_ *shell, words []string) int { return number(words) },
		"cat":      (*shell).cat,
		"env":      (*shell).env,
		"size":     (*shell).size,
		"sleep":    (*shell).sleep,
		"kill":     (*shell).kill,
		"sh":       (*shell).sh,
	}
}

// ExecInContainer runs a command; it implements remotecommand.Executor.
func (s *shell) ExecInContainer(
	_ context.Context, _, _, _ string, command []string, in io.Reader, out, err io.WriteCloser, tty bool,
	resize <-chan remotecommand.TerminalSize, _ time.Duration,
) error {
	s.connect(in, out, err, tty, resize)
	code, known := s.run(command)
	if !known {
		name := strings.Join(command[:1], "")
		return fmt.Errorf("exec: %q: executable file not found in $PATH", name)
	}
	if code != 0 {
		return exec.CodeExitError{Err: errors.New("the command failed"), Code: code}
	}
	return nil
}

// AttachContainer shows what a container writes from now on, and what it is told; it implements remotecommand.Attacher.
func (s *shell) AttachContainer(
	_ context.Context, _, _, _ string, in io.Reader, out, err io.WriteCloser, tty bool,
	resize <-chan remotecommand.TerminalSize,
) error {
	s.connect(in, out, err, tty, resize)
	s.say(s.out, s.container.Name+" is attached")
	s.cat(nil)
	return nil
}

func (s *shell) connect(in io.Reader, out, err io.Writer, tty bool, resize <-chan remotecommand.TerminalSize) {
	s.out, s.err, s.tty, s.resize = out, err, tty, resize
	if in == nil {
		in = strings.NewReader("")
	}
	s.in = bufio.NewReader(in)
	// On a terminal both streams are one, and what is not asked for is lost.
	if out == nil {
		s.out = io.Discard
	}
	if err == nil {
		s.err = s.out
	}
}

func (s *shell) run(words []string) (code int, known bool) {
	if len(words) == 0 {
		return 0, true
	}
	name := words[0][strings.LastIndex(words[0], "/")+1:]
	command, known := commands[name]
	if !known {
		return 127, false
	}
	return command(s, words[1:]), true
}

func (s *shell) say(where io.Writer, text string) int {
	end := "\n"
	if s.tty {
		end = "\r\n"
	}
	_, _ = io.WriteString(where, text+end)
	return 0
}

func (s *shell) cat([]string) int {
	_, _ = io.Copy(s.out, s.in)
	return 0
}

// env prints variables, those that it is given too, or runs a command with them, which are of no use to any here.
func (s *shell) env(words []string) int {
	var given []string
	for len(words) > 0 && strings.Contains(words[0], "=") {
		given, words = append(given, words[0]), words[1:]
	}
	if len(words) > 0 && words[0] != "env" {
		code, _ := s.run(words)
		return code
	}
	for _, variable := range s.container.Env {
		s.say(s.out, variable.Name+"="+variable.Value)
	}
	for _, variable := range given {
		s.say(s.out, variable)
	}
	return 0
}

// size prints the size of the terminal when it is told one.
func (s *shell) size([]string) int {
	select {
	case size := <-s.resize:
		return s.say(s.out, fmt.Sprintf("%d columns, %d rows", size.Width, size.Height))
	case <-time.After(5 * time.Second):
		return 1
	}
}

func (s *shell) sleep(words []string) int {
	time.Sleep(time.Duration(number(words)) * time.Second)
	return 0
}

// kill ends the container, which then starts again.
func (s *shell) kill(words []string) int {
	s.nodes.runs.end(s.pod, s.container.Name, number(words), true)
	s.nodes.enqueue(s.pod)
	return 0
}

// sh runs what stands after -c, or each line of its input, until exit or its end.
func (s *shell) sh(words []string) int {
	if len(words) > 1 && words[0] == "-c" {
		return s.script(strings.FieldsFunc(strings.Join(words[1:], " "), func(r rune) bool { return r == ';' || r == '\n' }))
	}
	code := 0
	for {
		if s.tty {
			_, _ = io.WriteString(s.out, "$ ")
		}
		line, err := s.in.ReadString(s.lineEnd())
		if s.tty {
			s.say(s.out, strings.TrimSpace(line))
		}
		words := strings.Fields(line)
		if len(words) > 0 {
			code = s.script([]string{line})
		}
		if err != nil || (len(words) > 0 && words[0] == "exit") {
			return code
		}
	}
}

// A terminal sends a carriage return for the key of a line's end.
func (s *shell) lineEnd() byte {
	if s.tty {
		return '\r'
	}
	return '\n'
}

func (s *shell) script(lines []string) (code int) {
	for _, line := range lines {
		words := strings.Fields(line)
		found, known := s.run(words)
		if !known {
			s.say(s.err, "sh: "+words[0]+": not found")
		}
		code = found
	}
	return code
}

func number(words []string) int {
	if len(words) == 0 {
		return 0
	}
	// What is no number stands for failure.
	found, err := strconv.Atoi(words[0])
	if err != nil {
		return 1
	}
	return found
}
