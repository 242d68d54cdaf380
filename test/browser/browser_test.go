// Package browser opens the pages that strata writes in a real browser and clicks through them. It needs Node,
// playwright-core and a Chromium; without them its tests say what is missing and are skipped:
//
//	apt-get install chromium nodejs npm
//	cd test/browser && npm install && go test .
//
// With -shots DIR it leaves screenshots there.
package browser

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/timeline"
)

var shots = flag.String("shots", "", "directory for screenshots")

// tools finds what runs scripts and pages, or skips the test.
func tools(t *testing.T) (node, browser string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no browser test: node is not installed")
	}
	if _, err := os.Stat("node_modules/playwright-core"); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no browser test: run npm install in test/browser")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return node, path
		}
	}
	t.Skip("no browser test: there is no Chromium")
	return "", ""
}

// drive runs a script on a page.
func drive(t *testing.T, script, page string) {
	t.Helper()
	node, browser := tools(t)
	args := []string{script, browser, page}
	if *shots != "" {
		args = append(args, *shots)
	}
	text, err := exec.Command(node, args...).CombinedOutput()
	if err != nil || strings.TrimSpace(string(text)) != "ok" {
		t.Errorf("%s: %v\n%s", script, err, text)
	}
}

// The page of a recorded measurement.
func TestTimeline(t *testing.T) {
	r, err := timeline.ReadFile("testdata/timeline.json")
	if err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(t.TempDir(), "timeline.html")
	if err := r.WritePage(page); err != nil {
		t.Fatal(err)
	}
	drive(t, "timeline.mjs", page)
}
