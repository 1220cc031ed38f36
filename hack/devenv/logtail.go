package devenv

import (
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	tailBytes = 2048
	tailLines = 5
)

// SeeLog adds to an error where the whole story is, and its last lines.
func SeeLog(err error, logFile string) error {
	if err == nil || logFile == "" {
		return err
	}
	tail := LogTail(logFile)
	if tail == "" {
		return fmt.Errorf("%w; see %s", err, logFile)
	}
	return fmt.Errorf("%w; see %s, which ends with:\n%s", err, logFile, tail)
}

// LogTail returns the last lines of a log file, indented, or nothing.
func LogTail(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return ""
	}
	content, err := io.ReadAll(io.NewSectionReader(file, max(0, info.Size()-tailBytes), tailBytes))
	if err != nil {
		return ""
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	return "    " + strings.Join(lines, "\n    ")
}
